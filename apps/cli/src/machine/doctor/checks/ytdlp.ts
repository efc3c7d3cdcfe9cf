import { layout } from "@dwld/layout";
import type { YtdlpReport } from "@dwld/worker/ytdlp-report";
import { askProgram } from "../ask-program.ts";
import type { DoctorContext } from "../check.ts";
import { about, failure, type Found, ok, warning } from "../finding.ts";

/**
 * Checks each yt-dlp of the configuration, and the stages that lack something here. `dwld ytdlp` is asked: root would run programs that
 * the user of dwld can change, and the command becomes that user.
 */
export async function checkYtdlp({ file, env }: DoctorContext): Promise<Found | Found[]> {
  const asked = ["ytdlp", "--json", ...(file === undefined ? [] : ["--config", file])];
  const { stdout, stderr } = await askProgram(layout.command, asked, env);
  if (stdout === "") return failure(stderr === "" ? "dwld ytdlp told nothing in time" : stderr, "");
  const { commands, warnings, remarks, leftOutSentence } = JSON.parse(stdout) as YtdlpReport;
  const found = commands.map((one) => {
    const name = one.name === "default" || (one.works && one.name === one.version) ? "" : `${one.name}: `;
    if (one.works) return ok(`${name}${one.version}`);
    return failure(`${name}${one.error}`, "Install yt-dlp, or name another one in worker.ytdlp.command.");
  });
  // A yt-dlp that does not work is a failure already, and needs no warning.
  const ofWorking = warnings.filter(({ ytdlp }) => commands.some(({ name, works }) => works && name === ytdlp));
  const worse = [...ofWorking, ...remarks].map((one) => warning(one.warning, one.remedy));
  // No mistake: most have no proxy and no cookies of most sites.
  const stages = leftOutSentence === null ? "all of them can be tried" : `${leftOutSentence}; dwld ytdlp names them`;
  return [...found, ...worse, about("stages", ok(stages))];
}
