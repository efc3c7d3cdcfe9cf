import { lstat, stat } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import type { Configuration } from "@dwld/daemon";
import { layout } from "@dwld/layout";
import { isSystemError } from "@dwld/text";
import { execa } from "execa";
import type { ExitStatus } from "../command-line/exit-status.ts";
import type { MachineCall } from "./run-on-machine.ts";

/** The command cannot be run as the user to whom the data belongs. */
class OwnerError extends Error {
  readonly code = "owner";
}

type User = { readonly uid: number; readonly gid: number };

/** Variables that name folders and files of root's own. */
const rootsOwn = new Set(["TMPDIR", "TMP", "TEMP", "NODE_COMPILE_CACHE"]);

/**
 * Runs this command again as the user to whom the data belongs, if root called it. That user can change all that lies there: root
 * would run its programs, and follow its links. The program is in a session of its own, from which none of that user types into
 * root's terminal.
 *
 * @returns the exit status of that run; undefined: this process goes on.
 * @throws OwnerError; ConfigurationError if the password of the task table cannot be read.
 */
export async function runAsOwner(
  { data, database }: Pick<Configuration, "data" | "database">,
  { args, env }: Pick<MachineCall, "args" | "env">,
): Promise<ExitStatus | undefined> {
  const user = process.geteuid?.() === 0 ? await ownerOf(data) : undefined;
  if (user === undefined) return undefined;
  const { handSecrets } = await import("@dwld/daemon");
  const passwordFile = "url" in database ? database.passwordFile : undefined;
  using secrets = handSecrets(passwordFile === undefined ? [] : [passwordFile], user);
  const kept = Object.entries(env).filter(([name]) => !rootsOwn.has(name));
  const child = execa(layout.command, args, {
    ...user,
    env: { ...Object.fromEntries(kept), ...secrets.environment },
    extendEnv: false,
    detached: true,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    reject: false,
  });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, passOn);
  const { exitCode, signal, originalMessage } = await child;
  for (const each of signals) process.off(each, passOn);
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  throw new OwnerError(
    `this cannot be done as the user ${user.uid}, to whom ${data} belongs: ${originalMessage ?? ""}`,
  );
}

/** Returns the user to whom the data folder belongs, or the versions of yt-dlp in it; undefined: root. */
async function ownerOf(data: string): Promise<User | undefined> {
  const looks = [stat(data), lstat(join(data, "yt-dlp")), lstat(join(data, "yt-dlp", "versions"))];
  const found = await Promise.allSettled(looks);
  for (const look of found) if (look.status === "rejected" && !isSystemError(look.reason)) throw look.reason;
  const other = found.find((look) => look.status === "fulfilled" && look.value.uid !== 0);
  if (other?.status !== "fulfilled") return undefined;
  const { uid } = other.value;
  return { uid, gid: await groupOf(uid) };
}

/** Returns the group of a user; one without a name has its own. */
async function groupOf(uid: number): Promise<number> {
  const { exitCode, stdout } = await execa("id", ["--group", String(uid)], { reject: false });
  return exitCode === 0 ? Number(stdout) : uid;
}
