import { createRequire } from "node:module";
import pino from "pino";
import type PinoPretty from "pino-pretty";
import { redactSecrets, redactValue } from "./redact-secrets.ts";

export type Logger = pino.Logger;

/**
 * Writes JSON lines to stdout, or readable ones where stdout is a terminal; synchronously, so that the last line
 * before an exit is not lost. Secrets are taken out of the finished line, wherever in it they stand.
 * A `destination` gets JSON lines.
 */
export function createLogger(settings: { level: string; app: string }, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level: settings.level,
    base: { app: settings.app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    hooks: { streamWrite: redactLine },
  };
  return pino(
    options,
    destination ?? (process.stdout.isTTY ? prettyStream() : pino.destination({ fd: 1, sync: true })),
  );
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

/** Loaded on a terminal only: it takes longer to load than everything else in this file. */
function prettyStream(): pino.DestinationStream {
  const pretty = createRequire(import.meta.url)("pino-pretty") as typeof PinoPretty;
  return pretty({ destination: 1, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss.l" });
}
