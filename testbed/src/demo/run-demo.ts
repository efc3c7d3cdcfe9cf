import { join } from "node:path";
import type { Task } from "@dwld/rpc";
import { execa } from "execa";
import { dwldCommand } from "../dwld-root.ts";
import type { FtpServer } from "../ftp-server.ts";
import { startVsftpd } from "../vsftpd.ts";
import { startDwld, type Dwld } from "../processes.ts";
import { startSampleSite, type SampleSite } from "../sample-site.ts";
import { checkArrival, type Arrival, type Expectation } from "./check-arrival.ts";
import { layTable } from "./table.ts";
import { demoVideos, linkOf, servedFile, type DemoVideo } from "./videos.ts";

const userName = "demo";

/** Shows a running dwld, and the site whose links it can be given, for as long as somebody looks. */
type Show = (dwld: Dwld, site: SampleSite, missed: number) => Promise<void>;

/**
 * Shows the main job from end to end, with everything real but the site: verified videos on an FTP server, then with
 * delivery off. Cleans up after itself, also after a signal. Returns the number of links that did not arrive.
 *
 * @param show called when both are over, while the dwld that delivers still runs.
 * @throws the signal's reason, or the error of a program that does not start or end in order.
 */
export async function runDemo(say: (text: string) => void, signal: AbortSignal, show?: Show): Promise<number> {
  say("Making sample videos, and starting a video site with them ...");
  await using site = await startSampleSite({ videos: demoVideos });
  signal.throwIfAborted();
  say("Starting an FTP server (vsftpd), and dwld with all its processes (dwld up) ...");
  await using ftp = await startVsftpd();
  signal.throwIfAborted();
  await using dwld = await startUp({ ftp: ftp.configuration });
  const delivered = await withDelivery({ site, ftp, dwld }, say, signal);
  if (show === undefined) await dwld.stop();
  const missed = delivered + (await withoutDelivery(site, say, signal));
  await show?.(dwld, site, missed);
  await dwld.stop();
  return missed;
}

async function withDelivery(
  { site, ftp, dwld }: { site: SampleSite; ftp: FtpServer; dwld: Dwld },
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const downloads = join(dwld.data, "downloads");
  const tasks = await addAndWait(
    dwld,
    demoVideos.map((video) => linkOf(site, video)),
    say,
    signal,
  );
  const where = { arrivals: ftp.root, named: ftp.directory, delivery: true, downloads };
  const place = `ftp://${ftp.host}:${ftp.port}${ftp.directory}`;
  return await report({ site, videos: demoVideos, tasks }, where, place, say);
}

async function withoutDelivery(site: SampleSite, say: (text: string) => void, signal: AbortSignal): Promise<number> {
  say("\nOnce more with delivery off (ftp: { enabled: false }): files stay in the folder for downloads.");
  const videos = demoVideos.slice(-2);
  await using dwld = await startUp({ ftp: { enabled: false } });
  const downloads = join(dwld.data, "downloads");
  const tasks = await addAndWait(
    dwld,
    videos.map((video) => linkOf(site, video)),
    say,
    signal,
  );
  const where = { arrivals: downloads, named: downloads, delivery: false, downloads };
  const missed = await report({ site, videos, tasks }, where, downloads, say);
  await dwld.stop();
  return missed;
}

function startUp(configuration: { ftp: object }): Promise<Dwld> {
  return startDwld({
    apps: ["up"],
    configuration: { ...configuration, worker: { parallel: 4 }, shutdown: { graceSeconds: 1 } },
  });
}

/** Adds the links by the command, shows its output, and returns the tasks in the order of the links. */
async function addAndWait(
  dwld: Dwld,
  links: readonly string[],
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<Task[]> {
  signal.throwIfAborted();
  say(`\n${[`$ dwld add --wait --user ${userName}`, ...links].join(" \\\n    ")}`);
  const server = `http://${dwld.addresses.http}`;
  const { exitCode } = await execa(
    dwldCommand,
    ["add", "--wait", "--user", userName, "--server", server, "--", ...links],
    {
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      reject: false,
      cancelSignal: signal,
    },
  );
  signal.throwIfAborted();
  if (exitCode !== 0) say(`(exit status ${exitCode}; what the processes wrote:)\n${dwld.output("up")}`);
  const { tasks } = await dwld.client.listTasks({});
  return Promise.all(
    links.map(async (link) => {
      const { task } = await dwld.client.getTask({ id: tasks.find((one) => one.link === link)?.id ?? "" });
      if (task === undefined) throw new Error(`dwld knows no task for ${link}.`);
      return task;
    }),
  );
}

async function report(
  { site, videos, tasks }: { site: SampleSite; videos: readonly DemoVideo[]; tasks: readonly Task[] },
  where: Omit<Expectation, "task" | "servedFile">,
  place: string,
  say: (text: string) => void,
): Promise<number> {
  const arrivals: Arrival[] = [];
  for (const [index, video] of videos.entries()) {
    const task = tasks[index];
    if (task === undefined) throw new Error(`There is no task for ${video.name}.`);
    arrivals.push(await checkArrival({ ...where, task, servedFile: servedFile(site, video) }));
  }
  const header = [`link at ${site.url}`, "bytes", "sha256", "both ends", "as served", "source", `file in ${place}`];
  say(
    `\n${layTable(
      header,
      arrivals.map((arrival) => rowOf(arrival, where.delivery)),
    )}`,
  );
  return arrivals.filter(({ arrived }) => !arrived).length;
}

function rowOf(arrival: Arrival, delivery: boolean): string[] {
  const path = new URL(arrival.task.link).pathname;
  if (!arrival.arrived) return [path, "", "", "NO", "", "", arrival.problem];
  const { name, sizeBytes, sha256, asServed } = arrival;
  // yt-dlp joins the segments: no served file is equal to the result.
  const served = asServed === true ? "equal" : "(segments)";
  const bytes = sizeBytes.toLocaleString("en").padStart(10);
  return [path, bytes, `${sha256.slice(0, 12)}…`, "equal", served, delivery ? "gone" : "kept", name];
}
