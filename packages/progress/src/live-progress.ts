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
const maxBytes = 2048;
const maxStepLength = 100;

const pebibyte = 2 ** 50;
const yearSeconds = 365 * 24 * 60 * 60;
/** A larger number is nonsense or forged. Each fits into the contract's type, a Duration's and a Timestamp's JSON too. */
const largest = {
  doneBytes: pebibyte,
  totalBytes: pebibyte,
  progressPercent: 100,
  speedBytesPerSecond: pebibyte,
  etaSeconds: yearSeconds,
  updatedAtMs: Date.UTC(9999, 11, 31),
} as const;
const optionalFields = ["totalBytes", "progressPercent", "speedBytesPerSecond", "etaSeconds"] as const;

export function encodeProgress(progress: LiveProgress): string {
  return JSON.stringify(progress);
}

/** As `parseProgress`: others may write to the same memcached. */
export function decodeProgress(bytes: Buffer): LiveProgress | undefined {
  return bytes.length > maxBytes ? undefined : parseProgress(bytes.toString("utf8"));
}

/** The progress that the text tells, less what nobody can know; undefined where it is not one. */
export function parseProgress(text: string): LiveProgress | undefined {
  const fields = parseObject(text);
  if (fields === undefined) return undefined;
  const { step } = fields;
  const doneBytes = amount(fields, "doneBytes");
  const updatedAtMs = amount(fields, "updatedAtMs");
  if (doneBytes === undefined || updatedAtMs === undefined) return undefined;
  if (typeof step !== "string" || step.length > maxStepLength) return undefined;
  const known = optionalFields
    .map((name) => [name, amount(fields, name)] as const)
    .filter(([, value]) => value !== undefined);
  return { doneBytes, step: step.toWellFormed(), updatedAtMs, ...Object.fromEntries(known) };
}

function amount(fields: Record<string, unknown>, name: keyof typeof largest): number | undefined {
  const value = fields[name];
  return typeof value === "number" && value >= 0 && value <= largest[name] ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
