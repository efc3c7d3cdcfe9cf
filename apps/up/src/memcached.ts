import { access, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Configuration, Logger } from "@dwld/daemon/process";
import { errorCode } from "@dwld/text";
import { startGuarded } from "./guarded-child.ts";

const megabytes = 16;
const startDeadlineMs = 3000;
const checkIntervalMs = 20;

/** The exit status of the shell if there is no such program. */
const notFound = 127;

/**
 * Starts a memcached if the configuration names a UNIX socket on which nobody answers. Its failure is only logged, since
 * all works without it, with progress that is a few seconds older.
 */
export async function startMemcached(
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  logger: Logger,
): Promise<{ stop(): Promise<void> } | "missing" | undefined> {
  const [server, another] = configuration.cache.servers;
  if (server === undefined || another !== undefined || !server.startsWith("unix:")) return undefined;
  const socket = server.slice("unix:".length);
  if (await answers(socket)) return undefined;
  await rm(socket, { force: true });
  // memcached refuses to run as root unless a user to change to is named.
  const asUser = process.getuid?.() === 0 ? ["-u", "root"] : [];
  const child = startGuarded(
    ["memcached", "-s", socket, "-a", "600", "-m", String(megabytes), "-U", "0", ...asUser],
    env,
    { onOutput: () => undefined },
  );
  let ended = false;
  let isMissing = false;
  void child.exited.then(({ exitCode }) => {
    ended = true;
    isMissing = exitCode === notFound;
    if (exitCode !== 0 && !isMissing)
      logger.warn({ exitCode }, "memcached ended; progress is shown a few seconds later now");
  });
  const deadline = performance.now() + startDeadlineMs;
  while (!(await answers(socket)) && !ended && performance.now() < deadline) await pause(checkIntervalMs);
  if (isMissing) return "missing";
  return {
    stop: async () => {
      child.terminate();
      await child.exited;
      await rm(socket, { force: true });
    },
  };
}

async function answers(socket: string): Promise<boolean> {
  try {
    await access(socket);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  return await new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => {
      resolve(false);
    });
  });
}
