import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { dwldProgram } from "@dwld/testbed";
import { serveApi } from "../testing/served-api.ts";

describe("the command and tokens", () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  let socket: string;
  let home: string;
  let secret: string;
  const dwld = async (
    args: string[],
    { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
  ) => {
    const command = spawn(process.execPath, [dwldProgram, ...args], {
      env: { PATH: process.env["PATH"], HOME: home, TZ: "UTC", ...env },
    });
    command.stdin.end(input);
    const [stdout, stderr, [status]] = await Promise.all([
      text(command.stdout),
      text(command.stderr),
      once(command, "close") as Promise<[number]>,
    ]);
    return { status, stdout, stderr };
  };

  before(async () => {
    api = await serveApi();
    home = api.folder;
    socket = `unix:${api.listeners.socket?.address}`;
  });
  after(() => api.close());

  it("dwld token create: prints the secret alone on stdout, over the socket, and never again", async () => {
    const made = await dwld(["--server", socket, "token", "create", "bot", "--chat", "42", "--expires", "90d"]);
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /^dwld_\w{62}\n$/);
    assert.match(made.stderr, /shown once/);
    secret = made.stdout.trim();
    const listed = await dwld(["--server", socket, "token", "list"]);
    assert.match(listed.stdout, /^NAME .*\nbot +user +in force +never +20\d\d-.* 42\n$/);
    assert.ok(!listed.stdout.includes(secret.slice(18)));
  });

  it("dwld login: tries a token, keeps it for its owner alone, and other commands use it for that server", async () => {
    const { status, stderr } = await dwld(["--server", api.httpUrl, "list"]);
    assert.equal(status, 1);
    assert.match(stderr, /^dwld: this server asks for a token.*\. dwld login stores a token\n$/);
    const wrong = await dwld(["login", api.httpUrl], { input: `${secret}x\n` });
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /this is no whole token/);

    const right = await dwld(["login", api.httpUrl], { input: `${secret}\n` });
    assert.equal(right.stdout.replace(/until .*/, "until"), `logged in to ${api.httpUrl} as bot: user, 42, until\n`);
    const file = join(home, ".config/dwld/logins.json");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(readFileSync(file, "utf8").includes(secret));
    assert.match((await dwld(["--server", api.httpUrl, "whoami"])).stdout, /  bot: user, 42, until 20/);
    assert.equal((await dwld(["--server", api.httpUrl, "add", "--chat", "42", "https://videos.example/1"])).status, 0);

    chmodSync(file, 0o644);
    const loose = await dwld(["--server", api.httpUrl, "whoami"]);
    assert.equal(loose.status, 1);
    assert.match(loose.stderr, /^dwld: others may read the tokens in .*: run chmod 600 /);
    chmodSync(file, 0o600);
  });

  it("dwld: a token in the environment goes before the stored one; the socket of the data folder needs none", async () => {
    const other = await dwld(["--server", socket, "token", "create", "other", "--role", "viewer"]);
    const env = { DWLD_TOKEN: other.stdout.trim() };
    assert.match((await dwld(["--server", api.httpUrl, "whoami"], { env })).stdout, /  other: viewer, every chat\n$/);
    assert.match(
      (await dwld(["whoami"], { env: { DWLD_DATA: api.folder } })).stdout,
      /^unix:.*  local: admin, every chat\n$/,
    );
  });

  it("dwld token revoke: the token is refused at once; dwld logout forgets it", async () => {
    assert.equal((await dwld(["--server", socket, "token", "revoke", "bot"])).stdout, "bot  revoked\n");
    const refused = await dwld(["--server", api.httpUrl, "list"]);
    assert.deepEqual([refused.status, /token bot was revoked/.test(refused.stderr)], [1, true]);
    assert.equal((await dwld(["logout", api.httpUrl])).stdout, `logged out of ${api.httpUrl}\n`);
    assert.match((await dwld(["--server", api.httpUrl, "list"])).stderr, /asks for a token/);
    assert.equal((await dwld(["logout", api.httpUrl])).status, 1);
    assert.ok(!api.logLines.join("").includes(secret.slice(18)));
  });
});
