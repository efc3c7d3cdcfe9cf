import type { Timestamp } from "@bufbuild/protobuf/wkt";
import {
  type Address,
  type FinalState,
  finalStates,
  normaliseLink,
  type AskedFilter,
  type TaskState,
  taskStates,
} from "@dwld/queue";
import { type AddTaskRequest, StatisticsBy, TaskState as WireState } from "@dwld/rpc";
import { faultOfName, hasControls, hasHidden } from "@dwld/text";
import { dayMs } from "@dwld/timing";
import * as z from "zod";
import { InvalidRequestError, type Violation } from "./errors.ts";
import { fieldName } from "./field-name.ts";
import { optionRules } from "./option-rules.ts";

/** The rules of the contract for requests. Each message continues a sentence that begins with the field's name. */

const limits = {
  linkCharacters: 4096,
  chatIdCharacters: 64,
  requestIdCharacters: 128,
  textCharacters: 200,
  siteCharacters: 255,
  segmentBytes: 64,
  folderDepth: 4,
  qualityPixels: 8640,
  pageSize: 500,
  batchSize: 500,
  violations: 20,
  statisticsMs: 92 * dayMs,
  startAheadMs: 366 * dayMs,
} as const;

/** For a `page_size` of 0. */
const defaultPageSize = 50;

const link = z.string().transform((value, context) => {
  const wrong = faultOfLink(value);
  if (wrong === undefined) return normaliseLink(value);
  context.addIssue({ code: "custom", message: wrong });
  return z.NEVER;
});

function faultOfLink(value: string): string | undefined {
  if (value === "") return "is empty: give an http or https link";
  if (value.length > limits.linkCharacters)
    return `has ${value.length} characters: at most ${limits.linkCharacters} are allowed`;
  const at = value.search(/[\p{Cc}\p{Z}\uFEFF]/u);
  if (at >= 0) return `has a space or a control character at position ${at + 1}: give the link alone`;
  if (hasHidden(value)) return "has a character in it that is not seen: give the link alone";
  if (value.startsWith("-")) return "begins with a dash: give an http or https link";
  if (!/^https?:\/\//i.test(value)) return "does not begin with http:// or https://";
  const url = URL.parse(value);
  if (url === null || url.hostname === "") return "names no host that could be asked";
  // A login would be shown to everybody who lists tasks, and in the list of processes.
  if (url.username !== "" || url.password !== "")
    return "holds a user name or password: give the link without it, and put the login into a stage of its site";
  return undefined;
}

/** Checks a name that becomes a folder of the server as it is. */
function faultOfSegment(segment: string): string | undefined {
  return segment === "" ? "has an empty name between slashes" : faultOfName(segment, limits.segmentBytes);
}

const userName = z.string().transform((value, context) => {
  const name = value.normalize("NFC");
  const wrong = name === "" ? undefined : faultOfSegment(name);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  return name;
});

const folder = z.string().transform((value, context) => {
  const path = value.normalize("NFC");
  if (path === "") return path;
  const segments = path.split("/");
  if (segments.length > limits.folderDepth)
    context.addIssue({
      code: "custom",
      message: `is ${segments.length} folders deep: at most ${limits.folderDepth} are allowed`,
    });
  const wrong = segments.map(faultOfSegment).find((fault) => fault !== undefined);
  if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  return path;
});

export function plainText(maxCharacters: number) {
  return z
    .string()
    .refine((value) => value.length <= maxCharacters, `is longer than ${maxCharacters} characters`)
    .refine((value) => value.isWellFormed() && !hasControls(value), "holds a control character");
}

const optionalText = (maxCharacters: number) =>
  plainText(maxCharacters).transform((value) => (value === "" ? undefined : value));

/** The range of google.protobuf.Timestamp: years 1 to 9999. */
export const timestamp = z
  .custom<Timestamp>()
  .transform(({ seconds, nanos }, context) => {
    const valid = seconds >= -62_135_596_800n && seconds <= 253_402_300_799n && nanos >= 0 && nanos <= 999_999_999;
    if (!valid) context.addIssue({ code: "custom", message: "is no time between the years 1 and 9999" });
    return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
  })
  .optional();

function state<State extends TaskState>(allowed: readonly State[]) {
  return z.number().transform((value, context): State => {
    const known = allowed.find((name) => WireState[name] === value);
    if (known !== undefined) return known;
    context.addIssue({ code: "custom", message: `is none of ${allowed.join(", ")}` });
    return z.NEVER;
  });
}

const id = z.string().min(1, "is empty: give the id of a task").max(128, "is too long for the id of a task");

/** Ids are lower case; a copied one may not be. */
const idPrefix = z
  .string()
  .refine(
    (value) => value === "" || /^[0-9a-f-]{4,36}$/i.test(value),
    "is no beginning of an id: give 4 to 36 of the digits 0 to 9, the letters a to f and dashes",
  )
  .transform((value) => (value === "" ? undefined : value.toLowerCase()));

const givenFilter = z
  .object({
    states: z.array(state(taskStates)),
    chatId: plainText(limits.chatIdCharacters).optional(),
    text: optionalText(limits.textCharacters),
    parentId: optionalText(128),
    site: optionalText(limits.siteCharacters),
    idPrefix,
  })
  .transform((given): AskedFilter => ({
    states: [...new Set(given.states)].toSorted(),
    ...(given.chatId === undefined ? {} : { chatId: given.chatId }),
    ...(given.text === undefined ? {} : { text: given.text }),
    ...(given.parentId === undefined ? {} : { parentId: given.parentId }),
    ...(given.site === undefined ? {} : { site: given.site }),
    ...(given.idPrefix === undefined ? {} : { idPrefix: given.idPrefix }),
  }));

const filter = givenFilter.optional().transform((given): AskedFilter => given ?? { states: [] });

/** Reads an address that is told of the end of a task, or says what is wrong with it. */
export type ReadAddress = (text: string) => Address | string;

const noAddress: ReadAddress = () => "is not allowed here";

/** Builds the rules of AddTask, once for all requests: a schema is costly to build. @param now ms since the epoch. */
export function addTaskRules(now: () => number, readAddress = noAddress) {
  return z.object({
    link,
    targetQuality: z
      .number()
      .max(limits.qualityPixels, `is more than ${limits.qualityPixels} pixels; 0 asks for the best`),
    chatId: plainText(limits.chatIdCharacters),
    userName,
    folder,
    startAfter: timestamp.refine(
      (time) => time === undefined || time <= now() + limits.startAheadMs,
      "is more than a year ahead",
    ),
    requestId: optionalText(limits.requestIdCharacters),
    options: optionRules,
    validateOnly: z.boolean(),
    notifyUrl: z.string().transform((text, context) => {
      const address = text === "" ? undefined : readAddress(text);
      if (typeof address !== "string") return address;
      context.addIssue({ code: "custom", message: address });
      return z.NEVER;
    }),
  });
}

export type AddTaskRules = ReturnType<typeof addTaskRules>;

/** The rules of AddTasks for the whole; each request has those of AddTask. */
export const addTasksRules = z.object({
  requests: z
    .array(z.custom<AddTaskRequest>())
    .min(1, "is empty: give a request for each link")
    .max(limits.batchSize, `holds more than ${limits.batchSize} requests: send the others by a further call`),
});

export const idRules = z.object({ id });

export const siteRules = z.object({
  name: plainText(limits.siteCharacters).refine((value) => value !== "", "is empty: give a name as ListSites tells it"),
});

export const hostRules = z.object({
  name: plainText(limits.siteCharacters).refine((value) => value !== "", "is empty: give a name as ListHosts tells it"),
});

export const listTasksRules = z.object({
  filter,
  pageSize: z
    .number()
    .min(0, "is negative")
    .max(limits.pageSize, `is more than ${limits.pageSize}`)
    .transform((size) => (size === 0 ? defaultPageSize : size)),
});

/** The tasks of RetryTasks, CancelTasks and DeleteTasks. */
export const selectionRules = z.object({
  selection: z
    .object({
      ids: z
        .array(id)
        .max(
          limits.batchSize,
          `holds more than ${limits.batchSize} ids: name the others by a further call, or a filter`,
        ),
      filter: givenFilter.optional(),
    })
    .optional()
    .transform((given, context): { ids: string[] } | { filter: AskedFilter } => {
      const { ids = [], filter: wanted } = given ?? {};
      if (wanted === undefined && ids.length > 0) return { ids };
      if (wanted !== undefined && ids.length === 0) return { filter: wanted };
      const message =
        wanted === undefined
          ? "has neither ids nor a filter: give one of them; an empty filter means every task"
          : "has ids and a filter: leave one of them away";
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }),
});

export const watchTasksRules = z.object({ filter });

export const cleanHistoryRules = z
  .object({
    states: z.array(state<FinalState>(finalStates)).transform((states) => [...new Set(states)]),
    chatId: plainText(limits.chatIdCharacters).optional(),
    finishedBefore: timestamp,
    allChats: z.boolean(),
    validateOnly: z.boolean(),
  })
  .superRefine(({ chatId, allChats }, context) => {
    const wrong = (message: string): void => context.addIssue({ code: "custom", path: ["chatId"], message });
    if (chatId === undefined && !allChats)
      wrong("is absent: name the chat whose history is forgotten, or set all_chats to forget everybody's");
    if (chatId !== undefined && allChats) wrong("is set beside all_chats: leave one of them away");
  });

/** The field of a row that has the name by which rows are told apart. Sites, if a caller names nothing. */
const statisticsFields = new Map<number, "site" | "stage" | "userName" | "chatId">([
  [StatisticsBy.UNSPECIFIED, "site"],
  [StatisticsBy.SITE, "site"],
  [StatisticsBy.STAGE, "stage"],
  [StatisticsBy.USER, "userName"],
  [StatisticsBy.CHAT, "chatId"],
]);

const statisticsBy = z.number().transform((value, context) => {
  const field = statisticsFields.get(value);
  if (field !== undefined) return field;
  context.addIssue({ code: "custom", message: "is none of SITE, STAGE, USER, CHAT" });
  return z.NEVER;
});

/** @param now ms since the epoch. */
export function statisticsRules(now: () => number) {
  return z.object({ startTime: timestamp, endTime: timestamp, by: statisticsBy }).transform((given, context) => {
    const { startTime, endTime = now(), by } = given;
    const wrong = (field: string, message: string) => {
      context.addIssue({ code: "custom", path: [field], message });
      return z.NEVER;
    };
    if (startTime === undefined) return wrong("startTime", "is absent: give the time of the first hour");
    if (endTime <= startTime) return wrong("endTime", "is not after start_time");
    if (endTime - startTime > limits.statisticsMs) return wrong("startTime", "is more than 92 days before end_time");
    return { startTime, endTime, by };
  });
}

/** @throws InvalidRequestError naming every field that breaks a rule, up to 20. */
export function checkRequest<Rules extends z.ZodType>(rules: Rules, request: z.input<Rules>): z.output<Rules> {
  const result = rules.safeParse(request);
  if (result.success) return result.data;
  throw new InvalidRequestError(
    result.error.issues
      .slice(0, limits.violations)
      .map(({ path, message }): Violation => ({ field: fieldName(path), description: message })),
  );
}
