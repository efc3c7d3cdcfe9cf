import { inspectYtdlps } from "@dwld/worker/ytdlp-report";
import type { DoctorContext } from "../check.ts";
import { about, failure, type Found, ok, warning } from "../finding.ts";

/** Checks each yt-dlp of the configuration, and the stages that lack something here. */
export async function checkYtdlp({ configuration, env }: DoctorContext): Promise<Found[]> {
  const { report, remarks } = await inspectYtdlps(configuration, env);
  const { commands, warnings, leftOutSentence } = report;
  const found = commands.map((one) => {
    const name = one.name === "default" || (one.works && one.name === one.version) ? "" : `${one.name}: `;
    if (one.works) return ok(`${name}${one.version}`);
    return failure(`${name}${one.error}`, "Install yt-dlp, or name another one in worker.ytdlp.command.");
  });
  const worse = [...warnings, ...remarks].map((one) => warning(one.warning, one.remedy));
  // No mistake: most have no proxy and no cookies of most sites.
  const stages = leftOutSentence === null ? "all of them can be tried" : `${leftOutSentence}; dwld ytdlp names them`;
  return [...found, ...worse, about("stages", ok(stages))];
}
