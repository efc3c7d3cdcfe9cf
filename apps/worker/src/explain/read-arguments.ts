import { UsageError } from "@dwld/daemon";

export type ExplainRequest = {
  readonly json: boolean;
  readonly site: string | undefined;
  readonly exitCode: number;
  readonly signal: string | undefined;
  /** To be read one after another; none: standard input. */
  readonly files: readonly string[];
};

export const usage = `Usage: dwld explain [options] [FILE...]

Reads what yt-dlp printed and says why it failed, what dwld would do next, and what the person who asked is told.
Needs no server and no configuration. Without a FILE, or for "-", it reads standard input.

  --site NAME       the site, as the configuration calls it
  --exit-code N     yt-dlp's exit status (default: 1)
  --signal NAME     the signal that ended yt-dlp, such as SIGKILL
  --json            one JSON object instead of text
  -h, --help        this text

Examples:
  yt-dlp LINK 2>&1 | dwld explain
  dwld explain --site youtube --exit-code 1 --json stderr.txt
  dwld explain --signal SIGKILL < stderr.txt

Exit status: 0: explained; 1: a file cannot be read; 2: written wrong.
`;

export const options = {
  site: { type: "string" },
  "exit-code": { type: "string" },
  signal: { type: "string" },
  json: { type: "boolean" },
} as const;

type Values = {
  site?: string | undefined;
  "exit-code"?: string | undefined;
  signal?: string | undefined;
  json?: boolean | undefined;
};

const hint = "; see dwld explain --help";

/** @throws UsageError */
export function readRequest(values: Values, files: readonly string[]): ExplainRequest {
  const exitCode = values["exit-code"] ?? "1";
  if (!/^\d{1,3}$/.test(exitCode) || Number(exitCode) > 255)
    throw new UsageError(`--exit-code must be a whole number from 0 to 255, not "${exitCode}"${hint}`);
  const signal = values.signal?.toUpperCase();
  if (signal !== undefined && !/^(?:SIG)?[A-Z][A-Z\d]{1,9}$/.test(signal))
    throw new UsageError(`--signal must be a name such as SIGKILL, not "${values.signal ?? ""}"${hint}`);
  return {
    json: values.json ?? false,
    site: values.site,
    exitCode: Number(exitCode),
    signal: signal === undefined ? undefined : `SIG${signal.replace(/^SIG/, "")}`,
    files,
  };
}
