import { type Attempt, type Failure, FailureClass, type GetStatusResponse, type Task } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { fieldLines } from "./field-lines.ts";
import { failureWord } from "./task-words.ts";

/** How many of the last lines of stderr are shown: the deciding error is among them. */
const toldLines = 25;

/** Whether the reason of the failure is unknown, so that it is worth reporting. */
export function isWorthReporting({ failure }: Pick<Task, "failure">): boolean {
  return failure?.failureClass === FailureClass.UNKNOWN;
}

/**
 * Returns what to paste into a bug report about an unknown failure: Markdown, without names of persons, and with no more of a
 * link than its page. Secrets were removed before the failure was stored.
 *
 * @param processes those of the status, which have the worker's version.
 */
export function bugReport(task: Task, { processes }: Pick<GetStatusResponse, "processes">): string[] {
  const attempt = task.attempts.findLast(({ failure }) => failure?.failureClass === FailureClass.UNKNOWN);
  const worker = processes.find(({ app }) => app === "worker");
  const anonymous = (text: string) => withoutPersons(oneLine(text), task);
  const fields = fieldLines([
    ["dwld", oneLine(worker?.version ?? "")],
    ["yt-dlp", oneLine(attempt?.ytdlpVersion ?? "")],
    ["site", [oneLine(task.site), hostOf(task.link)].filter((part) => part !== "").join(", ")],
    ["page", pageOf(task.link)],
    ["stage", oneLine(attempt?.stage ?? "")],
    ["ended", attempt === undefined ? "" : endOf(attempt)],
    ["failure", failureLine(attempt?.failure ?? task.failure, anonymous)],
  ]);
  const said = (attempt?.stderrTail ?? "").split("\n").slice(-toldLines).map(anonymous).filter(Boolean);
  return [
    "report: nobody knows this failure yet. Read what follows, then paste it into a bug report:",
    "",
    "```",
    ...fields,
    ...(said.length === 0 ? [] : ["stderr", ...said.map((line) => `  ${line}`)]),
    "```",
  ];
}

function failureLine(failure: Failure | undefined, anonymous: (text: string) => string): string {
  return failure === undefined ? "" : `${failureWord(failure)}: ${anonymous(failure.message)}`;
}

function endOf({ exitCode, signal }: Attempt): string {
  if (signal !== "") return `signal ${oneLine(signal)}`;
  return exitCode === undefined ? "" : `exit status ${exitCode}`;
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : "";
}

/** Removes the query, which can hold sessions and signatures; YouTube's video id stays. */
function pageOf(link: string): string {
  if (!URL.canParse(link)) return "";
  const { protocol, host, pathname, searchParams } = new URL(link);
  const video = searchParams.get("v");
  return `${protocol}//${host}${pathname}${video === null ? "" : `?v=${encodeURIComponent(video)}`}`;
}

/** Removes folders and addresses, which tell whose machine it is. */
function withoutPersons(text: string, { userName, chatId }: Task): string {
  const named = [userName, chatId].filter((name) => name.length > 2);
  const plain = text
    .replaceAll(/https?:\/\/[^\s'"<>]+/g, pageOf)
    .replaceAll(/[^\s'":=]*\/\.dwld\//g, "<downloads>/.dwld/")
    .replaceAll(/(\/home\/|\/Users\/|[A-Z]:\\Users\\)[^/\\\s'":]+/g, "$1<user>")
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<address>")
    .replaceAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "<address>");
  return named.reduce((left, name) => left.replaceAll(name, "<user>"), plain);
}
