import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startVsftpd } from "@dwld/testbed";

const at = (path: string) => JSON.stringify(join(import.meta.dirname, path));

/** Probes a server many times in a session, and fails at the first probe that does. */
const program = `
  const { destinationOf } = await import(${at("../testing/ftp-servers.ts")});
  const { probeFolder } = await import(${at("../../../../packages/delivery/src/destination/probe-folder.ts")});
  const { directory, ...server } = JSON.parse(process.env.SERVER);
  const destination = destinationOf(server);
  const session = await destination.connect(new AbortController().signal);
  for (let probe = 0; probe < 100; probe += 1) await probeFolder(destination, session, directory);
  session.release();
  destination.close();`;

test("probe of a folder: processes that lost a server together do not take each other's probes for a lack of space", async () => {
  await using server = await startVsftpd();
  const { host, port, user, password, directory } = server;
  const env = { ...process.env, SERVER: JSON.stringify({ host, port, user, password, directory }) };
  const run = () => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], { env });
  const ended = await Promise.allSettled([run(), run(), run()]);
  assert.deepEqual(
    ended.map((each) => (each.status === "rejected" ? String(each.reason) : "well")),
    ["well", "well", "well"],
  );
});
