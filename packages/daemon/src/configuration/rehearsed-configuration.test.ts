import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "./parse-configuration.ts";
import { rehearsedConfiguration } from "./rehearsed-configuration.ts";

const options = { file: "/etc/dwld/dwld.yaml" };

test("rehearsed configuration: whatever is written lies in the folder, and all else is as it was", () => {
  const text = `
data: /mnt/dwld
database: { url: "postgres://dwld@db/dwld" }
api: { http: 127.0.0.1:9000, socket: /run/other/api.socket }
worker: { downloads: /mnt/big, shared: nas, parallel: 7 }
ftp: { host: nas.example, passwordFile: secrets/ftp }
`;
  const written = parseConfiguration(text, options);
  const rehearsed = parseConfiguration(rehearsedConfiguration(text, "/var/lib/apart"), options);
  assert.deepEqual(rehearsed.database, { path: "/var/lib/apart/dwld.sqlite" });
  assert.equal(rehearsed.worker.downloads, "/var/lib/apart/downloads");
  assert.ok(rehearsed.api.socket?.startsWith("/var/lib/apart/"), rehearsed.api.socket);
  assert.ok(!JSON.stringify({ ...rehearsed, ftp: {} }).includes("/mnt/"), JSON.stringify(rehearsed));
  assert.deepEqual(rehearsed.ftp, written.ftp);
  assert.deepEqual([rehearsed.api.http, rehearsed.worker.parallel], ["127.0.0.1:9000", 7]);
});

for (const text of ["", "worker:\n", "# nothing"])
  test(`rehearsed configuration: one without settings has the folder alone (${JSON.stringify(text)})`, () => {
    const rehearsed = parseConfiguration(rehearsedConfiguration(text, "/var/lib/apart"), options);
    assert.equal(rehearsed.data, "/var/lib/apart");
  });
