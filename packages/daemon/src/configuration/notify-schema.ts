import * as z from "zod";
import { list, oneOf, path, serverUrl, text, webUrl } from "./values.ts";

/** The conditions that the operator is told of. */
export const noticeKinds = [
  "destination",
  "cookies",
  "site",
  "disk",
  "yt-dlp",
  "process",
  "machine",
  "nothing-arrives",
  "update",
  "certificate",
] as const;

export type NoticeKind = (typeof noticeKinds)[number];

const kindsRight = `a list of ${noticeKinds.join(", ")}`;
const urlsRight = "a list of addresses, such as [https://bot.example/hooks/]";
const targetsRight = "a list of targets, such as [{ ntfy: { url: https://ntfy.example/dwld } }]";

/** A place where the operator is told, as it may be written. notify-checks.ts checks its keys against each other. */
const target = z.strictObject({
  webhook: z
    .strictObject({
      url: webUrl("https://monitor.example/hooks/dwld").describe("Where the message is sent as JSON."),
      secretFile: path("/etc/dwld/secrets/api/webhook").describe(
        "A file with the secret by which each message is signed as Standard Webhooks has it, and nothing else.",
      ),
    })
    .exactOptional(),
  ntfy: z
    .strictObject({
      url: webUrl("https://ntfy.example/dwld").describe("The server and the topic."),
      tokenFile: path("/etc/dwld/secrets/api/ntfy")
        .exactOptional()
        .describe("A file with an access token of the server, and nothing else."),
    })
    .exactOptional(),
  email: z
    .strictObject({
      to: mailAddress().describe("Who gets the message."),
      from: mailAddress().exactOptional().describe("The sender. Default: what sendmail takes."),
      sendmail: path("/usr/sbin/sendmail")
        .default("/usr/sbin/sendmail")
        .describe("The program that takes the message, as Postfix, Exim, msmtp and others have it."),
    })
    .exactOptional(),
  telegram: z
    .strictObject({
      tokenFile: path("/etc/dwld/secrets/api/telegram").describe("A file with the token of a bot, and nothing else."),
      chat: text("the number of a chat in quotation marks, or @channel").describe(
        "The chat to which the bot writes, in quotation marks.",
      ),
      api: serverUrl("https://api.telegram.org")
        .default("https://api.telegram.org")
        .describe("The server of the Bot API."),
    })
    .exactOptional(),
  language: oneOf(["en", "ru"]).default("en").describe("The language of the message."),
  kinds: list(oneOf(noticeKinds), { min: 1, right: kindsRight })
    .exactOptional()
    .describe("What it is told. Default: everything."),
});

function mailAddress(): z.ZodString {
  const right = "an address, such as you@mail.example";
  return text(right).regex(/^[^\s<>(),;:\\"@]{1,64}@[^\s<>(),;:\\"@]{1,255}$/, { error: right });
}

/** The section `notify`. */
export const notify = z.strictObject({
  targets: list(target, { min: 0, right: targetsRight })
    .default([])
    .describe("Where the operator is told what needs a person, and when it is well again."),
  taskUrls: list(webUrl("https://bot.example/hooks/"), { min: 0, right: urlsRight })
    .default([])
    .describe(
      "What the address that a client names with a task (`notify_url`) has to begin with. None: no client names one.",
    ),
  taskSecretFile: path("/etc/dwld/secrets/api/tasks")
    .exactOptional()
    .describe("A file with the secret by which these messages are signed, and nothing else."),
});
