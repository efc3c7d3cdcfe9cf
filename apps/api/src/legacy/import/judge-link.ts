import { createHash } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { redactSecrets } from "@dwld/daemon";
import { siteOf, type TaskToImport, type Texts } from "@dwld/queue";
import { AddTaskRequestSchema } from "@dwld/rpc";
import { InvalidRequestError } from "../../rules/errors.ts";
import { asAddTask } from "../contract/request.ts";
import { type AddTaskRules, checkRequest } from "../../rules/request-rules.ts";
import { type LegacyLink, maxLinkBytes } from "./legacy-links.ts";
import { oneLine } from "@dwld/text";

/** The decision on a row: a task, with a note about what differs, or the reason why it is refused. */
export type Verdict = { take: TaskToImport; note: string } | { refused: string };

export type Sites = Parameters<typeof siteOf>[1];

const maxTitleCharacters = 200;
const maxMessageCharacters = 500;

/** Decides on a row by the rules of AddTask and the five states of the first dwld. */
export function judgeLink(found: LegacyLink, rules: AddTaskRules, sites: Sites): Verdict {
  if (found.link === null) return { refused: missingLink(found) };
  const status = found.status?.trim().toUpperCase() ?? "";
  const stage = stages.get(status);
  if (stage === undefined)
    return { refused: `its work_status is ${quoted(found.status)}, and none of ${[...stages.keys()].join(", ")}` };
  const asked = asAddTask({
    link: found.link,
    userName: found.userName ?? "",
    maxQuality: found.quality ?? undefined,
  });
  const wanted = checked(rules, asked);
  if (typeof wanted === "string") return { refused: wanted };
  const { link, targetQuality, chatId, userName, folder, options } = wanted;
  const request = { link, site: siteOf(link, sites), chatId, userName, folder, targetQuality, options };
  const take: TaskToImport = {
    key: createHash("sha256").update(found.link).digest("base64url"),
    request: { ...request, title: titleOf(found) },
  };
  if (stage === "over") return { take: { ...take, over: { remark: remarkOf(found) } }, note: "" };
  const notes = [
    stage === "downloaded" ? `it was ${status}: its file stays in the first dwld's folder, and is downloaded anew` : "",
    noteOfPath(found, request),
    noteOfQuality(found, targetQuality),
  ];
  return { take, note: notes.filter((note) => note !== "").join("; ") };
}

/** How far the first dwld had got, by `work_status`. */
const stages = new Map<string, "open" | "downloaded" | "over">([
  ["NEW", "open"],
  ["WORK", "open"],
  ["TO_SEND", "downloaded"],
  ["SENDING", "downloaded"],
  ["DONE", "over"],
]);

function missingLink({ linkBytes }: LegacyLink): string {
  return linkBytes === null
    ? "it has no link"
    : `its link takes ${linkBytes} bytes: more than ${maxLinkBytes} are not even looked at`;
}

function checked(rules: AddTaskRules, asked: ReturnType<typeof asAddTask>) {
  try {
    return checkRequest(rules, create(AddTaskRequestSchema, asked));
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.message;
    throw error;
  }
}

/** Returns the file's name without its folders. */
function titleOf({ filename }: LegacyLink): string {
  return oneLine(filename?.split(/[/\\]/).at(-1) ?? "", maxTitleCharacters);
}

function remarkOf({ message }: LegacyLink): Texts {
  const said = oneLine(redactSecrets(message ?? ""), maxMessageCharacters);
  const en = "It was finished by the first dwld: when, and where its file is, is not known here.";
  const ru = "Скачано первым dwld; когда это было и где теперь файл, неизвестно.";
  return said === "" ? { en, ru } : { en: `${en} It had said: ${said}`, ru: `${ru} Вот что он сообщил: ${said}` };
}

function noteOfPath({ userName }: LegacyLink, request: { userName: string; folder: string }): string {
  const path = [request.userName, request.folder].filter((part) => part !== "").join("/");
  return (userName ?? "") === path ? "" : `its folder ${quoted(userName)} is ${quoted(path)} here`;
}

function noteOfQuality({ quality }: LegacyLink, targetQuality: number): string {
  return (quality ?? 0) === targetQuality ? "" : `its quality ${quality} is no cap: the best is taken`;
}

function quoted(text: string | null): string {
  return text === null ? "NULL" : `"${oneLine(text, 100)}"`;
}
