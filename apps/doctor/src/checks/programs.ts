import type { Finding } from "@dwld/daemon";
import { askDwld, askProgram } from "../ask-program.ts";
import type { Check, Patient } from "../examination.ts";
import { failure, ok, warning } from "../finding.ts";

/** What of `dwld ytdlp --json` is of interest here. */
type YtdlpReport = {
  commands: ({ name: string; works: true; version: string } | { name: string; works: false; error: string })[];
  warnings: { ytdlp: string; warning: string; remedy: string }[];
  leftOutSentence: string | null;
};

/** Each yt-dlp of the configuration, and the stages that lack something here. */
export async function checkYtdlp(patient: Patient): Promise<Finding[]> {
  const answer = await askDwld(["ytdlp", "--json"], patient);
  const { commands, warnings, leftOutSentence } = JSON.parse(answer.stdout) as YtdlpReport;
  const found = commands.map((one) => {
    const name = one.name === "default" ? "" : `${one.name}: `;
    if (one.works) return ok("yt-dlp", `${name}${one.version}`);
    return failure("yt-dlp", `${name}${one.error}`, "Install yt-dlp, or name another one in worker.ytdlp.command.");
  });
  const worse = warnings.map((one) => warning("yt-dlp", one.warning, one.remedy));
  // No mistake: most have no proxy and no cookies of most sites.
  const stages = leftOutSentence === null ? "all of them can be tried" : `${leftOutSentence}; dwld ytdlp names them`;
  return [...found, ...worse, ok("stages", stages)];
}

/** ffmpeg or ffprobe. */
export function programCheck(program: string): Check {
  return {
    subject: program,
    look: async (patient) => {
      const { found, exitCode, stdout, stderr } = await askProgram(program, ["-version"], patient);
      const [first = ""] = stdout.split("\n");
      if (exitCode === 0) return [ok(program, first.replace(/ Copyright.*/, ""))];
      const why = found ? (stderr.split("\n")[0] ?? "") : "it is not installed";
      return [failure(program, `cannot be run: ${why}`, "apt install ffmpeg")];
    },
  };
}

/** What the api reads temperatures with. */
export async function checkSensors(patient: Patient): Promise<Finding[]> {
  const { found, stdout } = await askProgram("sensors", ["-j"], patient);
  if (!found)
    return [
      warning("sensors", "lm-sensors is not installed: the status has no temperatures", "apt install lm-sensors"),
    ];
  const chips = stdout.trim() === "" ? 0 : Object.keys(JSON.parse(stdout) as object).length;
  return [ok("sensors", chips === 0 ? "this machine has none" : `${chips} found`)];
}

/** A clock that is wrong breaks TLS, and the proof of the secret that bots ask for. */
export async function checkClock({ now, ...patient }: Patient): Promise<Finding[]> {
  const time = new Date(now()).toISOString();
  const { found, exitCode, stdout } = await askProgram(
    "timedatectl",
    ["show", "-p", "NTPSynchronized", "--value"],
    patient,
  );
  if (!found || exitCode !== 0) return [ok("clock", `${time}; nothing here says whether it is kept right`)];
  if (stdout.trim() === "yes") return [ok("clock", `${time}, kept right over the network`)];
  return [warning("clock", `${time}, not kept right over the network`, "apt install systemd-timesyncd")];
}

const units = ["dwld-api.service", "dwld-worker@1.service", "dwld-ftp-sender.service"];

/** The units of `make install`. */
export async function checkUnits(patient: Patient): Promise<Finding[]> {
  const { found, stdout } = await askProgram(
    "systemctl",
    ["show", "-p", "Id,LoadState,ActiveState,SubState", ...units],
    patient,
  );
  const shown = stdout
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split("=", 2) as [string, string])))
    .filter((unit) => unit["LoadState"] === "loaded");
  if (!found || shown.length === 0)
    return [ok("units", "not installed: dwld runs where it is started by hand (dwld up)")];
  return shown.map((unit) => {
    const id = unit["Id"] ?? "";
    if (unit["ActiveState"] === "active") return ok("units", `${id} is active`);
    const state = `${id} is ${unit["ActiveState"]} (${unit["SubState"]})`;
    return failure("units", state, `journalctl -u ${id} -n 20 says why; systemctl start ${id}`);
  });
}
