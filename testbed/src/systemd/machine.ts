import assert from "node:assert/strict";
import { eventually } from "@dwld/timing/testing";
import { execa } from "execa";

/** Where the sandbox has this checkout. */
export const checkout = "/srv/dwld";

export const units = ["dwld-api.service", "dwld-worker@1.service", "dwld-ftp-sender.service"] as const;

/** Restarts, on a machine that may be busy. */
export const patient = { deadlineMs: 60_000 };

export async function run(command: string, ...args: string[]) {
  return await execa(command, args, { cwd: checkout, reject: false, all: true });
}

export async function must(...words: [string, ...string[]]): Promise<string> {
  const [command, ...args] = words;
  const { exitCode, all, stdout } = await run(command, ...args);
  if (exitCode === 0) return stdout;
  const log = await run("journalctl", "-u", "dwld-*", "-n", "40", "--no-pager");
  assert.fail(`${command} ${args.join(" ")}: ${all}\n${log.all}`);
}

export async function property(unit: string, name: string): Promise<string> {
  return await must("systemctl", "show", "--value", "-p", name, unit);
}

/** Returns for each unit the ID of its last start. */
export async function invocations(): Promise<string[]> {
  return await Promise.all(units.map((unit) => property(unit, "InvocationID")));
}

/** The files and units that an installation changes. */
export async function traces(): Promise<string[]> {
  const { stdout } = await run(
    "find",
    "/opt",
    "/etc/dwld",
    "/var/lib/dwld",
    "/usr/local/bin/dwld",
    "/usr/local/share",
    "/etc/fish",
    "/etc/systemd/system",
    "-name",
    "*dwld*",
  );
  return stdout.split("\n").filter(Boolean);
}

export async function active(unit: string, formerPid: string): Promise<void> {
  const runs = async () =>
    (await property(unit, "ActiveState")) === "active" && (await property(unit, "MainPID")) !== formerPid;
  await eventually(`${unit} runs again`, runs, patient);
}

/**
 * A variable by which an upgrade is killed at one of its steps (apps/cli/src/machine/upgrade).
 *
 * @param caller whether the program that called it is killed, too.
 */
export function killedAt(step: string, { caller }: { caller: boolean }): string {
  return `DWLD_UPGRADE_TRIAL=${step}=kill -9 ${caller ? "$(ps -o ppid= -p $DWLD_UPGRADE_PID) " : ""}$DWLD_UPGRADE_PID`;
}
