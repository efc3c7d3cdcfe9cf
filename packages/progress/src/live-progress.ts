/** How far a download or an upload is. Unknown figures are absent. */
export type LiveProgress = {
  readonly doneBytes: number;
  readonly totalBytes?: number;
  /** 0 to 100 */
  readonly progressPercent?: number;
  readonly speedBytesPerSecond?: number;
  readonly etaSeconds?: number;
  /** The work in progress, such as "downloading" or "merging". */
  readonly step: string;
  /** When this was true, by the clock of the process that works on the task. */
  readonly updatedAtMs: number;
};

/** Longest value that is read; one of dwld takes about 200 bytes. */
const maxBytes = 2048;
const maxStepLength = 100;

const pebibyte = 2 ** 50;
const yearSeconds = 365 * 24 * 60 * 60;
/** Bounds above which a number is nonsense or forged. Each fits the contract's types, Duration and Timestamp included. */
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

/** Decodes a value of memcached, to which others may write, too. */
export function decodeProgress(bytes: Buffer): LiveProgress | undefined {
  return bytes.length > maxBytes ? undefined : parseProgress(bytes.toString("utf8"));
}

/** Parses progress, without impossible figures. Returns undefined if the text is none. */
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
