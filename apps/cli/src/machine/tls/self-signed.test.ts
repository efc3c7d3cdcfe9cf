import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseConfiguration } from "@dwld/daemon";
import { runHere } from "../../testing/run-here.ts";
import { isServerName } from "./certificate-request.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-self-signed-"));
after(() => rmSync(folder, { recursive: true }));
const make = (...args: string[]) => runHere(["tls", "self-signed", "--directory", folder, ...args]);
const text = (name: string) => readFileSync(join(folder, name), "utf8");

test("tls self-signed: what it writes and prints is what the api, the configuration and a client need", async () => {
  const { status, stdout, stderr } = await make("nas.local", "192.0.2.7", "2001:db8::7");
  assert.deepEqual([status, stderr], [0, ""]);
  assert.equal(statSync(join(folder, "key.pem")).mode & 0o777, 0o600);
  const certificate = new X509Certificate(text("certificate.pem"));
  for (const name of ["nas.local", "localhost"]) assert.equal(certificate.checkHost(name), name);
  for (const address of ["192.0.2.7", "2001:db8::7", "127.0.0.1", "::1"]) assert.ok(certificate.checkIP(address));
  assert.equal(certificate.checkHost("nas"), undefined);
  assert.equal(certificate.ca, false);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.match(stdout, new RegExp(`^ {2}${certificate.fingerprint256}$`, "m"));
  assert.match(stdout, /for nas\.local, 192\.0\.2\.7, 2001:db8::7, localhost, 127\.0\.0\.1, ::1$/m);
  const [settings = ""] = /^api:\n( .*\n)+/m.exec(stdout) ?? [];
  const { tls } = parseConfiguration(settings, { file: join(folder, "dwld.yaml") }).api;
  assert.deepEqual(tls, {
    certificateFile: join(folder, "certificate.pem"),
    keyFile: join(folder, "key.pem"),
    minVersion: "TLSv1.2",
  });
});

test("tls self-signed: writes over nothing unasked; a renewal keeps key and names", async () => {
  const [key, certificate] = [text("key.pem"), text("certificate.pem")];
  const refused = await make("other");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /certificate\.pem is there already/);
  const renewed = await make("--renew", "--days", "30", "--json");
  assert.equal(text("key.pem"), key);
  assert.notEqual(text("certificate.pem"), certificate);
  const made = JSON.parse(renewed.stdout) as { names: string[]; fingerprint: string };
  assert.deepEqual(made.names, ["nas.local", "192.0.2.7", "2001:db8::7", "localhost", "127.0.0.1", "::1"]);
  assert.equal(made.fingerprint, new X509Certificate(text("certificate.pem")).fingerprint256);
  assert.equal((await make("--force")).status, 0);
  assert.notEqual(text("key.pem"), key);
});

test("tls self-signed: what is no name, no number of days, or no certificate to renew is refused in one sentence", async () => {
  for (const [args, message] of [
    [["nas,DNS:evil"], /"nas,DNS:evil" is neither a host name nor an address/],
    [["--days", "0"], /--days is "0"/],
    [["--directory", join(folder, "none"), "--renew"], /no certificate in \S+none to renew/],
  ] as const) {
    const { stderr } = await make(...args);
    assert.match(stderr, message);
    assert.equal(stderr.trim().split("\n").length, 1);
  }
  for (const name of ["nas", "nas-2.local", "192.0.2.7", "::1", "xn--e1afmkfd.example"]) assert.ok(isServerName(name));
  for (const name of ["", "-a", "a-", "a..b", "a b", "a_b", "1.2.3", "fe80::1%eth0", "*.a", "a:1", "привет"])
    assert.ok(!isServerName(name), name);
});
