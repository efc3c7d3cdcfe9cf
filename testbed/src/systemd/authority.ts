import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { must, property, units } from "./machine.ts";

const cookie = "/var/lib/dwld/cookies/youtube.txt";
const key = "/etc/dwld/tls/key.pem";

/** Prints which files it can open, of those that its arguments are patterns of. */
const openEach = 'shopt -s nullglob; for file in $@; do if (exec 3<"$file") 2>/dev/null; then echo "$file"; fi; done';

/**
 * Tries to read, with the rights of each running unit, what belongs to one of them alone, by its path and by way of the processes. The
 * units' filter of system calls is not in the way of this.
 */
export async function eachUnitReadsItsOwn(): Promise<void> {
  await writeFile(cookie, "", { mode: 0o600 });
  await writeFile(key, "", { mode: 0o600 });
  await must("chown", "dwld:dwld", cookie, key);
  const pids = await Promise.all(units.map((unit) => property(unit, "MainPID")));
  const paths = ["/run/credentials/*/*", "/etc/dwld/secrets/*/*", cookie, key];
  const ofProcess = (pid: string) =>
    [...["environ", "mem", "cwd/opt"], ...paths.map((path) => `root${path}`)].map((path) => `/proc/${pid}/${path}`);
  const wanted = [...paths, ...pids.flatMap(ofProcess)];
  const own = {
    [units[0]]: ["/run/credentials/dwld-api.service/secrets_bot", key],
    [units[1]]: [cookie],
    [units[2]]: ["/run/credentials/dwld-ftp-sender.service/secrets_ftp-password"],
  };
  for (const [index, unit] of units.entries()) {
    const pid = pids[index] ?? "";
    const opened = await must(
      ...["setpriv", "--clear-groups", "nsenter", `--target=${pid}`, "--mount", "--user", "--preserve-credentials"],
      ...["setpriv", "--reuid=dwld", "--regid=dwld", "--keep-groups", "--inh-caps=-all", "--bounding-set=-all"],
      ...["bash", "-c", openEach, "bash", ...wanted],
    );
    const others = opened.split("\n").filter((path) => !path.startsWith(`/proc/${pid}/`));
    assert.deepEqual(others, own[unit], unit);
    assert.ok(opened.includes(`/proc/${pid}/environ`), `${unit}: its own process is open to it:\n${opened}`);
  }
  await rm(cookie);
  await rm(key);
}
