import { execa } from "execa";
import { UpgradeError } from "./upgrade-error.ts";

export type UnitState = {
  name: string;
  activeState: string;
  hasJob: boolean;
  pid: number;
  restarts: number;
  result: string;
};

/** Units that serve a rehearsal, which are no installed ones. */
export const rehearsed = "dwld-rehearsal-";

/** Returns the services of dwld that run, or are about to. */
export async function runningServices(): Promise<string[]> {
  const shown = await systemctl("list-units", "--plain", "--no-legend", "--full", "dwld-*.service");
  return shown
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([name = "", , active = ""]) => (["active", "activating", "reloading"].includes(active) ? [name] : []))
    .filter((name) => !name.startsWith(rehearsed));
}

/** Returns what systemd tells of units, in their order. */
export async function showUnits(names: readonly string[]): Promise<UnitState[]> {
  if (names.length === 0) return [];
  const properties = ["Id", "ActiveState", "Job", "MainPID", "NRestarts", "Result"];
  const shown = await systemctl("show", "-p", properties.join(","), ...names);
  return shown.split("\n\n").map((block) => {
    const facts = new Map(block.split("\n").map((line) => line.split("=", 2) as [string, string]));
    return {
      name: facts.get("Id") ?? "",
      activeState: facts.get("ActiveState") ?? "",
      // systemctl leaves the line out for a unit without a job.
      hasJob: Number(facts.get("Job") ?? 0) > 0,
      pid: Number(facts.get("MainPID")),
      restarts: Number(facts.get("NRestarts")),
      result: facts.get("Result") ?? "",
    };
  });
}

/** Ends units in order, each within its grace. */
export async function stopUnits(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await systemctl("stop", ...names);
  // Forgets failures, so that the next ones are those of the next start.
  await execa("systemctl", ["reset-failed", ...names], { reject: false });
}

/** Has units start, without waiting for them. */
export async function startUnits(names: readonly string[]): Promise<void> {
  if (names.length > 0) await systemctl("start", "--no-block", ...names);
}

export async function reloadUnits(): Promise<void> {
  await systemctl("daemon-reload");
}

/** Returns what a unit said last: errors of its log, and what it wrote beside that. */
export async function lastWords(unit: string): Promise<string> {
  const how = [`_SYSTEMD_UNIT=${unit}`, "-n", "30", "-o", "cat", "--no-pager", "--since=-15min"];
  const { stdout } = await execa("journalctl", how, { reject: false });
  return stdout.split("\n").map(complaint).filter(Boolean).slice(-3).join("\n");
}

/** Returns the message of a line of the log if it is an error, and a line that is none of the log as it is. */
function complaint(line: string): string {
  try {
    const { level = "", msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    return ["error", "fatal"].includes(level) ? [msg, err?.message].filter(Boolean).join(": ") : "";
  } catch {
    return line;
  }
}

async function systemctl(...args: string[]): Promise<string> {
  // A signal of the terminal is for the upgrade alone, which goes back in order.
  const { exitCode, stdout, stderr } = await execa("systemctl", args, {
    reject: false,
    stdin: "ignore",
    detached: true,
  });
  if (exitCode === 0) return stdout;
  throw new UpgradeError(`systemctl ${args.join(" ")} failed: ${stderr.trim() || `status ${exitCode}`}`);
}
