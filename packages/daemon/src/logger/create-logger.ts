import { fstatSync } from "node:fs";
import pino from "pino";
import { type LogFormat, resolveFormat } from "./log-format.ts";
import { redactSecrets, redactValue } from "./redact-secrets.ts";

export type Logger = pino.Logger;

/**
 * Creates a logger that writes synchronously, so that the last line before an exit is not lost. It removes secrets from
 * the finished line, wherever in it they stand.
 *
 * @param destination gets lines of JSON; default stdout.
 */
export function createLogger(
  { level, app }: { level: string; app: string },
  destination: pino.DestinationStream = jsonOutput(undefined),
): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    hooks: { streamWrite: redactLine },
  };
  return pino(options, destination);
}

/** Opens stdout for lines of JSON, which a terminal shows as text unless `format` says otherwise. */
export async function openOutput(
  format: LogFormat,
  journalStream: string | undefined,
): Promise<pino.DestinationStream> {
  const isText = resolveFormat(format, process.stdout.isTTY) === "text";
  return isText ? await prettyOutput() : jsonOutput(journalStream);
}

/**
 * Opens stdout for lines of JSON. If it is the journal, each begins with its priority, which the journal removes (sd-daemon(3)).
 *
 * @param journalStream the variable JOURNAL_STREAM, in which systemd names the journal (systemd.exec(5)).
 */
export function jsonOutput(journalStream: string | undefined): pino.DestinationStream {
  const stdout = openStdout();
  if (!isJournal(journalStream)) return stdout;
  return { write: (line) => stdout.write(withPriority(line)) };
}

/** Lines that stdout does not take are kept up to this size, and dropped beyond it. */
const mostKeptBytes = 1024 * 1024;

/** Opens stdout for whole lines. It may refuse them, as a full disk does, or a terminal that is gone: the process goes on. */
function openStdout(): ReturnType<typeof pino.destination> {
  const stdout = pino.destination({ fd: 1, sync: true, maxLength: mostKeptBytes });
  stdout.on("error", () => undefined);
  letItBlock(process.stdout);
  return stdout;
}

/**
 * Has a write to a full pipe wait until its reader has made room. Node opens a pipe non-blocking; then such a write fails,
 * and pino's destination sleeps 100 ms before it tries again, and with it the whole process.
 */
function letItBlock(stream: NodeJS.WriteStream): void {
  const { _handle: pipe } = stream as { _handle?: { setBlocking?: (blocks: boolean) => void } };
  pipe?.setBlocking?.(true);
}

function redactLine(line: string): string {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return redactSecrets(line);
  }
  return `${JSON.stringify(redactValue(fields))}\n`;
}

/** @param stream "device:inode" of the journal's socket. Stdout may have been redirected since. */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(1);
  return stream === `${dev}:${ino}`;
}

/** Priorities of syslog(3): critical, error, warning, informational, debug. */
const priorities: Record<string, number> = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7, trace: 7 };

function withPriority(line: string): string {
  const level = /^\{"level":"([a-z]+)"/.exec(line)?.[1] ?? "info";
  return `<${priorities[level] ?? 6}>${line}`;
}

/** Loads pino-pretty for a terminal only: it takes longer to load than everything else in this file. */
async function prettyOutput(): Promise<pino.DestinationStream> {
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    destination: openStdout(),
    singleLine: true,
    ignore: "app,pid,hostname",
    translateTime: "SYS:HH:MM:ss",
  });
}
