import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigurationError } from "./configuration-error.ts";
import { readSecretFile } from "./secret-file.ts";

const folder = mkdtempSync(join(tmpdir(), "dwld-secret-"));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("secret file: loses one newline and nothing else", () => {
  assert.equal(readSecretFile(file("plain", "geheim")), "geheim");
  assert.equal(readSecretFile(file("newline", "geheim\n")), "geheim");
  assert.equal(readSecretFile(file("windows", "geheim\r\n")), "geheim");
  assert.equal(readSecretFile(file("two", " ge heim \n\n")), " ge heim \n");
});

function complaint(path: string): string {
  try {
    readSecretFile(path);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.message;
  }
  assert.fail("nothing was thrown");
}

test("secret file: a missing, empty or impossible one is named, with what to do", () => {
  const missing = join(folder, "missing");
  assert.equal(
    complaint(missing),
    `${missing}: does not exist; make this file, readable to the user dwld runs as alone, or name the right one`,
  );
  assert.match(complaint(join(file("a-file", "x"), "below")), /does not exist/);
  assert.match(complaint(file("empty", "")), /is empty; write the secret into it/);
  assert.match(complaint(file("newline-only", "\n")), /is empty/);
  mkdirSync(join(folder, "folder"));
  assert.match(complaint(join(folder, "folder")), /is a folder; name the file in it/);
  assert.match(complaint(file("large", Buffer.alloc(65_537, 97))), /is larger than 64 KiB/);
});

test(
  "secret file: one of another user is named, with the user who may not read it",
  { skip: process.getuid?.() !== 0 && "only root can become another user" },
  () => {
    const path = file("foreign", "geheim");
    chmodSync(folder, 0o755);
    chmodSync(path, 0o600);
    // The process drops its rights after loading, since the other user may not be able to read the checkout.
    const script = `import { readSecretFile } from ${JSON.stringify(new URL("secret-file.ts", import.meta.url).href)};
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    try { readSecretFile(${JSON.stringify(path)}) } catch (error) { console.log(error.code, error.message) }`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.match(
      stdout,
      /^configuration .*foreign: may not be read by the user dwld runs as \(uid 65534\); give the file to that user/,
    );
  },
);

test("secret file: one that only root can read comes from systemd as a credential", () => {
  const credentials = join(folder, "credentials");
  mkdirSync(credentials);
  writeFileSync(join(credentials, "secrets_ftp-password"), "geheim\n");
  writeFileSync(join(credentials, "database_password"), "of the table\n");
  process.env["CREDENTIALS_DIRECTORY"] = credentials;
  try {
    assert.equal(readSecretFile("/etc/dwld/secrets/ftp-sender/ftp-password"), "geheim");
    // As settings of an earlier version name it.
    assert.equal(readSecretFile("/etc/dwld/secrets/ftp-password"), "geheim");
    assert.equal(readSecretFile("/etc/dwld/secrets/database/password"), "of the table");
    assert.equal(readSecretFile(file("ftp-password", "another")), "another");
    assert.match(
      complaint("/etc/dwld/secrets/bot"),
      /^\/etc\/dwld\/secrets\/bot: is not handed to this unit; move it to/,
    );
  } finally {
    delete process.env["CREDENTIALS_DIRECTORY"];
  }
});
