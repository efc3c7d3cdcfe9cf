import { oneLine } from "./one-line.ts";

/** How many of the last lines of stderr are told: the deciding error is among them. */
const toldLines = 25;

/** A failed task, as the contract tells it. */
type Reported = {
  readonly dwldVersion: string;
  readonly task: { readonly site: string; readonly link: string; readonly userName: string; readonly chatId: string };
  /** `word`: the class, as the documentation spells it. */
  readonly failure?: { readonly word: string; readonly message: string } | undefined;
  readonly attempt?:
    | {
        readonly stage: string;
        readonly ytdlpVersion: string;
        readonly exitCode?: number | undefined;
        readonly signal: string;
        readonly stderrTail: string;
      }
    | undefined;
};

/**
 * Returns what to paste into a bug report about a failure: Markdown, without names of persons, and with no more of a link
 * than its page. Secrets were removed before the failure was stored.
 */
export function bugReport({ dwldVersion, task, failure, attempt }: Reported): string[] {
  const anonymous = (text: string): string => withoutPersons(oneLine(text), task);
  const fields: [name: string, value: string][] = [
    ["dwld", oneLine(dwldVersion)],
    ["yt-dlp", oneLine(attempt?.ytdlpVersion ?? "")],
    ["site", [oneLine(task.site), hostOf(task.link)].filter((part) => part !== "").join(", ")],
    ["page", pageOf(task.link)],
    ["stage", oneLine(attempt?.stage ?? "")],
    ["ended", attempt === undefined ? "" : endOf(attempt)],
    ["failure", failure === undefined ? "" : `${failure.word}: ${anonymous(failure.message)}`],
  ];
  const said = (attempt?.stderrTail ?? "").split("\n").slice(-toldLines).map(anonymous).filter(Boolean);
  return [
    "```",
    ...fields.filter(([, value]) => value !== "").map(([name, value]) => `${name.padEnd(7)}  ${value}`),
    ...(said.length === 0 ? [] : ["stderr", ...said.map((line) => `  ${line}`)]),
    "```",
  ];
}

function endOf({ exitCode, signal }: NonNullable<Reported["attempt"]>): string {
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
function withoutPersons(text: string, { userName, chatId }: Reported["task"]): string {
  const named = [userName, chatId].filter((name) => name.length > 2);
  const plain = text
    .replaceAll(/https?:\/\/[^\s'"<>]+/g, pageOf)
    .replaceAll(/[^\s'":=]*\/\.dwld\//g, "<downloads>/.dwld/")
    .replaceAll(/(\/home\/|\/Users\/|[A-Z]:\\Users\\)[^/\\\s'":]+/g, "$1<user>")
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<address>")
    .replaceAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "<address>");
  return named.reduce((left, name) => left.replaceAll(name, "<user>"), plain);
}
