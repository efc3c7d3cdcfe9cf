/** How far a download or an upload is. Sizes are bytes; what is not known is absent. */
export type LiveProgress = {
  readonly doneBytes: number;
  readonly totalBytes?: number;
  /** 0 to 100 */
  readonly progressPercent?: number;
  readonly speedBytesPerSecond?: number;
  readonly etaSeconds?: number;
  /** What is being done, such as "downloading" or "merging". */
  readonly step: string;
  /** When this was true, by the wall clock of the process that works on the task. */
  readonly updatedAtMs: number;
};

/** Ours takes about 200 bytes. */
const MAX_BYTES = 2048;
const MAX_STEP_LETTERS = 100;
const OPTIONAL = ["totalBytes", "progressPercent", "speedBytesPerSecond", "etaSeconds"] as const;

export function encodeProgress(progress: LiveProgress): string {
  return JSON.stringify(progress);
}

/** The progress, or undefined where the bytes are not one: others may write to the same memcached. */
export function decodeProgress(bytes: Buffer): LiveProgress | undefined {
  const fields = bytes.length > MAX_BYTES ? undefined : parseObject(bytes.toString("utf8"));
  if (fields === undefined) return undefined;
  const { doneBytes, step, updatedAtMs } = fields;
  if (!isAmount(doneBytes) || !isAmount(updatedAtMs) || typeof step !== "string" || step.length > MAX_STEP_LETTERS)
    return undefined;
  const known = OPTIONAL.filter((name) => fields[name] !== undefined);
  if (!known.every((name) => isAmount(fields[name])) || Number(fields["progressPercent"] ?? 0) > 100) return undefined;
  return { doneBytes, step, updatedAtMs, ...Object.fromEntries(known.map((name) => [name, Number(fields[name])])) };
}

const isAmount = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0;

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
