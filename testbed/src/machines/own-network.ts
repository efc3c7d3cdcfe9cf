import { execa } from "execa";
import { MachineError } from "./machine-error.ts";

/** The variable that tells a program that it runs in a network of its own. */
const entered = "DWLD_OWN_NETWORK";

/**
 * Runs this program again, with the same words, in a network namespace of its own: bridges and addresses that it makes are seen by
 * nobody else, and vanish with its last process. Returns only within that namespace; outside, the process ends with the
 * status of the inner one.
 *
 * @throws {MachineError} if this is not root, or this machine has no namespaces.
 */
export async function enterOwnNetwork(): Promise<void> {
  if (process.env[entered] !== undefined) return;
  const missing = await whyNoMachines();
  if (missing !== undefined) throw new MachineError(missing);
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const inner = execa("setpriv", ["--pdeathsig", "TERM", "unshare", "--net", "--mount", ...command], {
    env: { [entered]: "1" },
    stdio: "inherit",
    reject: false,
  });
  // The terminal tells the inner one, too.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => inner.kill(signal));
  const { exitCode } = await inner;
  process.exit(exitCode ?? 1);
}

/** Returns a sentence that says why no machines can be made here; undefined if they can. */
export async function whyNoMachines(): Promise<string | undefined> {
  const kinds = ["--net", "--uts", "--mount", "--pid", "--fork", "--mount-proc"];
  const tried = await execa("unshare", [...kinds, "ip", "link", "add", "trial", "type", "bridge"], { reject: false });
  if (!tried.failed) return undefined;
  return `Machines need root, namespaces (unshare of util-linux) and bridges (ip of iproute2): ${tried.shortMessage}`;
}
