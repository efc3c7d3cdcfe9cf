import { askProgram } from "../ask-program.ts";
import type { DoctorContext } from "../check.ts";
import { failure, type Found, ok, warning } from "../finding.ts";

/** Checks ffmpeg or ffprobe. */
export function checkProgram(program: string) {
  return async ({ env }: DoctorContext): Promise<Found> => {
    const { found, exitCode, stdout, stderr } = await askProgram(program, ["-version"], env);
    const [first = ""] = stdout.split("\n");
    if (exitCode === 0) return ok(first.replace(/ Copyright.*/, ""));
    const why = found ? (stderr.split("\n")[0] ?? "") : "it is not installed";
    return failure(`cannot be run: ${why}`, "apt install ffmpeg");
  };
}

/** Checks lm-sensors, by which the api reads temperatures. */
export async function checkSensors({ env }: DoctorContext): Promise<Found> {
  const { found, stdout } = await askProgram("sensors", ["-j"], env);
  if (!found) return warning("lm-sensors is not installed: the status has no temperatures", "apt install lm-sensors");
  const chips = stdout.trim() === "" ? 0 : Object.keys(JSON.parse(stdout) as object).length;
  return ok(chips === 0 ? "this machine has none" : `${chips} found`);
}

/** Checks the clock: a wrong one breaks TLS, and the proof of the secret for bots. */
export async function checkClock({ now, env }: DoctorContext): Promise<Found> {
  const time = new Date(now()).toISOString();
  const { found, exitCode, stdout } = await askProgram(
    "timedatectl",
    ["show", "-p", "NTPSynchronized", "--value"],
    env,
  );
  if (!found || exitCode !== 0) return ok(`${time}; nothing here says whether it is kept right`);
  if (stdout.trim() === "yes") return ok(`${time}, kept right over the network`);
  return warning(`${time}, not kept right over the network`, "apt install systemd-timesyncd");
}

const units = ["dwld-api.service", "dwld-worker@1.service", "dwld-ftp-sender.service"];

/** Checks the units of `make install`. */
export async function checkUnits({ env }: DoctorContext): Promise<Found | Found[]> {
  const properties = ["show", "-p", "Id,LoadState,ActiveState,SubState", ...units];
  const { found, stdout } = await askProgram("systemctl", properties, env);
  const shown = stdout
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split("=", 2) as [string, string])))
    .filter((unit) => unit["LoadState"] === "loaded");
  if (!found || shown.length === 0) return ok("not installed: dwld runs where it is started by hand (dwld up)");
  return shown.map((unit) => {
    const id = unit["Id"] ?? "";
    if (unit["ActiveState"] === "active") return ok(`${id} is active`);
    const state = `${id} is ${unit["ActiveState"]} (${unit["SubState"]})`;
    return failure(state, `journalctl -u ${id} -n 20 says why; systemctl start ${id}`);
  });
}
