import { createReadStream } from "node:fs";
import { redactSecrets } from "@dwld/daemon";
import { isSystemError } from "@dwld/text";
import { failureFacts } from "../failure/failure-facts.ts";
import { type Classification, classifyFailure } from "../failure/classify-failure.ts";
import { type Doubts, doubtsOf } from "./doubts.ts";
import { nextStep } from "./next-step.ts";
import { readOutput } from "./read-output.ts";

export type ExplainRequest = {
  readonly json: boolean;
  readonly site: string | undefined;
  readonly exitCode: number;
  readonly signal: string | undefined;
  /** Read one after another; none: standard input. */
  readonly files: readonly string[];
};

type Io = {
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  print: (text: string) => void;
  printJson: (value: unknown) => void;
  complain: (message: string) => void;
};

/** Runs `dwld explain`, and returns its exit status. */
export async function explain(request: ExplainRequest, { stdin, print, printJson, complain }: Io): Promise<0 | 1> {
  try {
    if (stdin.isTTY === true && readsStdin(request)) complain("paste yt-dlp's output, then press Ctrl-D");
    const lines = await readOutput(chunksOf(request, stdin));
    const empty = lines.every((line) => line.trim() === "");
    if (empty) complain("the input is empty: only the exit status and the signal tell");
    const { exitCode, signal } = request;
    const found = classifyFailure({ exitCode, signal, stderr: lines, fileNamed: false, nowMs: Date.now() });
    const doubts = doubtsOf(lines, found);
    if (request.json) printJson(facts(found, doubts, request));
    else print(asText(found, doubts, request));
    return 0;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    complain(error.message);
    return 1;
  }
}

function readsStdin({ files }: ExplainRequest): boolean {
  return files.length === 0 || files.includes("-");
}

/** Yields the files one after another, as `cat` does. */
async function* chunksOf({ files }: ExplainRequest, stdin: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  for (const file of files.length === 0 ? ["-"] : files) {
    const chunks = file === "-" ? stdin : createReadStream(file);
    for await (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
    yield Buffer.from("\n");
  }
}

/** The document of `--json`: scripts rely on it. */
function facts(
  { failureClass, line, confidence, retryAtMs }: Classification,
  { reasons, readings, check }: Doubts,
  { site }: ExplainRequest,
): object {
  const retryAt = retryAtMs === undefined ? null : timeOf(retryAtMs);
  const next = nextStep(failureClass, { retryAt: retryAt ?? undefined, site });
  const unsure = reasons.map(redactSecrets);
  const alsoRead = readings.map(({ words, ...reading }) => ({ ...reading, words: redactSecrets(words) }));
  return {
    failureClass,
    line: redactSecrets(line),
    confidence,
    unsure,
    alsoRead,
    check: check ?? null,
    retryAt,
    next,
    advice: failureFacts(failureClass, line).advice,
  };
}

function asText(
  { failureClass, line, confidence, retryAtMs }: Classification,
  { reasons, readings, check }: Doubts,
  { site }: ExplainRequest,
): string {
  const retryAt = retryAtMs === undefined ? undefined : timeOf(retryAtMs);
  const { advice } = failureFacts(failureClass, line);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["class", `${failureClass} (confidence: ${confidence})`],
    ["site", site],
    ["decided by", redactSecrets(line)],
    ["unsure", reasons.length === 0 ? undefined : redactSecrets(reasons.join("; "))],
    ...readings.map(({ failureClass: other, words }) => ["also read", `${other}: "${redactSecrets(words)}"`] as const),
    ["to be sure", check],
    ["retry at", retryAt],
    ["next", nextStep(failureClass, { retryAt, site })],
    ["advice", advice.en],
    ["совет", advice["ru"]],
  ];
  return fields.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(12)}${text}\n`])).join("");
}

/** ISO 8601 in UTC, to the second. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
