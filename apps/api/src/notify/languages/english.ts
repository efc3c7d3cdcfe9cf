import { dayOf } from "@dwld/daemon";
import { english as ofTasks } from "../../messages/languages/english.ts";
import type { NoticeLanguage } from "./language.ts";

export const english: NoticeLanguage = {
  title: ({ began, needed, ended }, machine) => {
    if (began === 0) return `dwld on ${machine}: well again`;
    if (needed === 0) return `dwld on ${machine}: something was settled by itself`;
    return `dwld on ${machine}: ${needed === 1 ? "something needs you" : `${needed} things need you`}${ended === 0 ? "" : ", others are well again"}`;
  },
  condition: (condition) => {
    switch (condition.kind) {
      case "destination":
        return condition.isAway
          ? {
              what: `Files cannot be delivered: ${condition.words}.`,
              todo: 'Look whether the server runs, and at the network between; "dwld doctor ftp" tries it step by step. What was downloaded waits and is delivered then.',
            }
          : {
              what: `The server to which files are delivered refuses them: ${condition.words}.`,
              todo: 'Run "dwld doctor ftp", which tries it step by step and names the setting. What was downloaded waits and is delivered then.',
            };
      case "cookies":
        return {
          what: `The cookies in ${condition.path} on ${condition.host} were set aside, since the site no longer accepts them.`,
          todo: "Log in again in a browser, export its cookies, and put the new file in the place of the old one. Nothing has to be restarted.",
        };
      case "site":
        return {
          what: `${condition.site} has been paused for a day: ${ofTasks.pause(condition.failureClass)}. Its links wait.`,
          todo: `Cookies of an account or a proxy usually help (docs/guide.md, "Sites and stages"); "dwld site resume ${condition.site}" tries it at once.`,
        };
      case "disk":
        return {
          what: `On ${condition.host} nothing new is downloaded: ${condition.words}.`,
          todo: "Make room on that disk. Downloads go on by themselves then.",
        };
      case "yt-dlp":
        return {
          what: `On ${condition.host} yt-dlp does not run: ${condition.words}.`,
          todo: 'Run "dwld doctor ytdlp" there, which says what it lacks.',
        };
      case "process":
        return {
          what: `No ${condition.app} is running.`,
          todo: "Start it (systemctl start dwld.target); its log says why it ended (dwld logs).",
        };
      case "machine":
        return {
          what: `The machine ${condition.host} gives no sign of life.${condition.waiting === 0 ? "" : ` What waits there for its delivery: ${condition.waiting}.`}`,
          todo: `Start it, or its network. If it is gone for good, "dwld host forget ${condition.host}" has its files downloaded again elsewhere.`,
        };
      case "nothing-arrives":
        return {
          what: `Nothing has arrived for a week, although links were added${condition.failed === 0 ? "" : `; ${condition.failed} failed`}.`,
          todo: '"dwld list" says why each waits or failed, and "dwld doctor" looks at everything that dwld needs.',
        };
      case "update":
        return {
          what: `yt-dlp ${condition.version} was taken back on ${condition.host}: ${condition.words.en}. The version before it is used.`,
          todo: 'Nothing has to be done: the next version is tried when it comes. "dwld ytdlp list" shows them.',
        };
      case "certificate":
        return {
          what: `The certificate of the api, ${condition.file}, ends on ${dayOf(new Date(condition.endsAtMs))}.`,
          todo: 'See why it was not renewed; "dwld tls self-signed --renew" renews one of your own. A new file is taken within a minute.',
        };
    }
  },
  over: (kind, subject) => {
    switch (kind) {
      case "destination":
        return "Files are delivered again.";
      case "cookies":
        return `The cookies ${subject.slice(subject.indexOf(":") + 1)} were replaced or removed.`;
      case "site":
        return `${subject} answers again.`;
      case "disk":
        return `There is room on the disk of ${subject} again.`;
      case "yt-dlp":
        return `yt-dlp runs on ${subject} again.`;
      case "process":
        return `${subject} is running again.`;
      case "machine":
        return `The machine ${subject} is back.`;
      case "nothing-arrives":
        return "Videos arrive again.";
      case "certificate":
        return "The certificate was renewed.";
      default:
        return `${kind} is well again.`;
    }
  },
  since: (time) => `Since ${time}.`,
  todo: "What to do:",
  trial: {
    title: "dwld: a trial message",
    body: "This is where dwld tells you what needs you. Nothing is wrong.",
  },
  locale: "en-GB",
};
