import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const buf = join(import.meta.dirname, "../../../../../node_modules/.bin/buf");

/** A task as a bot of the first dwld decodes it; what is optional and absent is undefined. */
export type BotTask = { link: string; status: string; maxQuantity: string; name?: string; message?: string };

export type BotOnWork = {
  link: string;
  filename: string;
  moveTo: string;
  /** An int64: a text in JSON. */
  targetQuantity: string;
  procentage: number;
  status: string;
  currentSize: number;
  totalSize: number;
  message: string;
};

type Answers = {
  SetToQueue: { linksInWork: BotTask[] };
  DeleteFromQueue: { linksInWork: BotTask[] };
  CleanHistory: { history: BotTask[] };
  Status: { linksInWork: BotOnWork[]; sensors: string };
  Queue: { queue: BotTask[] };
  Healtheck: { message?: string };
};

export type Refused = { code: string; message: string };

/** A bot of the first dwld as a process of its own: Python's gRPC, and a schema of its own. */
export async function startLegacyBot(address: string) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-legacy-bot-"));
  const descriptors = join(folder, "legacy_bot.binpb");
  // Compiled where nothing of this repository's own contract is near.
  await promisify(execFile)(buf, [
    "build",
    join(import.meta.dirname, "proto"),
    "--as-file-descriptor-set",
    "-o",
    descriptors,
  ]);
  const python = spawn("/usr/bin/python3", [join(import.meta.dirname, "legacy_bot.py"), address, descriptors], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(python, "close");
  const lines = createInterface(python.stdout)[Symbol.asyncIterator]();
  const ask = async (method: string, fields: object): Promise<{ answer: unknown } | Refused> => {
    python.stdin.write(`${JSON.stringify([method, fields])}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the bot has ended; its error output says why");
    return JSON.parse(value) as { answer: unknown } | Refused;
  };
  return {
    async call<Method extends keyof Answers>(method: Method, fields: object = {}): Promise<Answers[Method]> {
      const told = await ask(method, fields);
      if ("code" in told) throw new Error(`${method}: ${told.code}: ${told.message}`);
      return told.answer as Answers[Method];
    },
    async refusal(method: keyof Answers, fields: object = {}): Promise<Refused> {
      const told = await ask(method, fields);
      if ("code" in told) return told;
      throw new Error(`${method} was answered: ${JSON.stringify(told.answer)}`);
    },
    async end(): Promise<void> {
      python.stdin.end();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
