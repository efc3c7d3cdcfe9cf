import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const usage = `Usage: bot-example [--listen HOST:PORT] --secret-file FILE [--interval SECONDS]

A bot on the command line. Each line of its input is a link, or a chat and a link. Ctrl-C ends it.

  --listen HOST:PORT    where downloaders register (gRPC over HTTP/2, in the clear); default 127.0.0.1:9000
  --secret-file FILE    the secret that the downloaders have in their secretFile too, and nothing else
  --interval SECONDS    how often they are to call; who is silent for three times that is gone; default 20

A downloader that is to register has in its configuration:

  register: [{ address: "http://HOST:PORT", name: home, secretFile: FILE }]
`;

/** What the bot is started with; its message is for the person who started it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code = "usage";
}

export type Arguments = { host: string; port: number; secret: string; intervalMs: number };

/** @returns undefined where help is asked for. @throws UsageError */
export function readArguments(argv: readonly string[]): Arguments | undefined {
  const { listen, interval, help, "secret-file": secretFile } = parse(argv);
  if (help) return undefined;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw new UsageError(`--listen ${listen} is not HOST:PORT`);
  const intervalMs = Math.round(Number(interval) * 1000);
  if (!(intervalMs >= 1000 && intervalMs <= 3_600_000))
    throw new UsageError(`--interval ${interval} is not a number of seconds from 1 to 3600`);
  if (secretFile === undefined) throw new UsageError("--secret-file is missing; see --help");
  return { host, port: Number(port), secret: readSecret(secretFile), intervalMs };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        listen: { type: "string", default: "127.0.0.1:9000" },
        "secret-file": { type: "string" },
        interval: { type: "string", default: "20" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; see --help`);
  }
}

function readSecret(file: string): string {
  try {
    const secret = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    if (secret !== "") return secret;
  } catch (error) {
    throw new UsageError(`--secret-file ${file} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError(`--secret-file ${file} is empty: write the secret into it, on one line`);
}
