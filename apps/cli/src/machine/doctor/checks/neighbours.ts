import { access, constants } from "node:fs/promises";
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { askReadiness } from "@dwld/daemon";
import { openProgressCache, type ProgressCache } from "@dwld/progress";
import { errorCode, errorText, withoutBrackets } from "@dwld/text";
import type { DoctorContext } from "../check.ts";
import { examineFtp } from "../ftp/examine-ftp.ts";
import { about, failure, type Found, ok, warning } from "../finding.ts";

/** Checks memcached, on which only live progress depends. */
export async function checkMemcached({ configuration }: DoctorContext): Promise<Found[]> {
  const { servers } = configuration.cache;
  if (servers.length === 0) return [ok("none is configured: progress is a few seconds older")];
  const cache = openProgressCache(servers);
  try {
    const state = await settledState(cache);
    if (state === "ok") return [ok(`${servers.join(", ")} answers`)];
    return [warning(state, "Start it. Without it progress is a few seconds older, and nothing else.")];
  } finally {
    cache.close();
  }
}

/** Connecting may take a few calls, each of which is short. */
const mostCalls = 40;

async function settledState(cache: ProgressCache): Promise<string> {
  for (let call = 1; call < mostCalls && cache.state() !== "ok"; call += 1) {
    await cache.get(["doctor"]);
    await pause(50);
  }
  return cache.state();
}

/** Checks each step of a delivery, as `dwld doctor ftp` does. */
export async function checkFtp({ configuration }: DoctorContext): Promise<Found | Found[]> {
  const { ftp, worker } = configuration;
  if (ftp === undefined) return ok(`delivery is off: files stay in ${worker.downloads}`);
  const findings = await examineFtp(configuration);
  return findings.map((finding) => ({ ...finding, subject: `ftp: ${finding.subject}` }));
}

const botTimeoutMs = 10_000;

/** Checks whether each bot can be reached. Whether it knows the secret, `dwld status` tells. */
export async function checkBots({ configuration }: DoctorContext): Promise<Found[]> {
  return await Promise.all(
    configuration.register.map(async ({ address }): Promise<Found> => {
      const { hostname, port, protocol } = new URL(address);
      try {
        await connected(withoutBrackets(hostname), Number(port) || (protocol === "https:" ? 443 : 80));
        return ok(`${address} can be reached; dwld status says how the registration stands`);
      } catch (error) {
        const why = errorText(error);
        return warning(
          `${address} cannot be reached: ${why}`,
          "The api tries again by itself. See register[].address.",
        );
      }
    }),
  );
}

/** Checks whether each target of `notify` can be reached. Whether it accepts messages, a trial tells. */
export async function checkNotify({ configuration }: DoctorContext): Promise<Found[]> {
  const { targets, taskUrls } = configuration.notify;
  if (targets.length === 0) return [ok("no target is configured: you are told nothing without asking")];
  const urls = targets.flatMap(({ webhook, ntfy, telegram }) => [webhook?.url, ntfy?.url, telegram?.api]);
  const programs = targets.flatMap(({ email }) => (email === undefined ? [] : [email.sendmail]));
  const trial = "; dwld notify test tells whether it accepts messages";
  // The last entry of an origin counts: a target can be tried, the address of a program only be reached.
  const origins = new Map([
    ...taskUrls.map((url) => [new URL(url).origin, " for the ends of tasks (notify.taskUrls)"] as const),
    ...urls.flatMap((url) => (url === undefined ? [] : [[new URL(url).origin, trial] as const])),
  ]);
  return await Promise.all([
    ...[...origins].map(async ([origin, more]) => await checkReceiver(origin, more)),
    ...[...new Set(programs)].map(async (program) => await checkMailProgram(program)),
  ]);
}

async function checkReceiver(origin: string, more: string): Promise<Found> {
  const { hostname, port, protocol } = new URL(origin);
  try {
    await connected(withoutBrackets(hostname), Number(port) || (protocol === "https:" ? 443 : 80));
    return ok(`${origin} can be reached${more}`);
  } catch (error) {
    return warning(`${origin} cannot be reached: ${errorText(error)}`, "The api tries again by itself. See notify.");
  }
}

async function checkMailProgram(program: string): Promise<Found> {
  try {
    await access(program, constants.X_OK);
    return ok(`${program} is there; dwld notify test tells whether it takes mails`);
  } catch (error) {
    return warning(
      `${program} cannot be run (${errorCode(error)})`,
      "Install one (msmtp-mta, or another mail server), or name it in notify.targets[].email.sendmail.",
    );
  }
}

async function connected(host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = createConnection({ host, port, timeout: botTimeoutMs });
  socket.once("connect", resolve).once("error", reject);
  socket.once("timeout", () => reject(new Error(`no answer within ${botTimeoutMs / 1000} s`)));
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}

/** Asks each process whether it is ready. */
export async function checkProcesses({ configuration }: DoctorContext): Promise<Found[]> {
  const { api, worker, ftpSender } = configuration.health;
  const addresses = { api, worker, "ftp-sender": ftpSender };
  return await Promise.all(Object.entries(addresses).map(([app, address]) => checkProcess(app, address)));
}

async function checkProcess(app: string, address: string): Promise<Found> {
  const told = await askReadiness(address, botTimeoutMs);
  if (told === undefined) {
    const remedy = "It is not running, or listens elsewhere: dwld up, or systemctl start dwld.target.";
    return about(app, warning(`does not answer at ${address}`, remedy));
  }
  if (told.ready) return about(app, ok(`runs, and is ready (${address})`));
  const reasons = Object.entries(told.failing).map(([name, reason]) => `${name}: ${reason}`);
  return about(app, failure(`runs, and is not ready: ${reasons.join("; ") || "it stops"}`, ""));
}
