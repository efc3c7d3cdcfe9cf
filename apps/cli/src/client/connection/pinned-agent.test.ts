import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createPlainServer, type RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { type Certificate, makeCertificate } from "@dwld/testbed";
import { connectTo } from "./client.ts";
import { explainFailure } from "./explain-failure.ts";
import { PinnedAgent } from "./pinned-agent.ts";
import { runHere } from "../../testing/run-here.ts";
import { readFingerprint } from "../../command-line/fingerprint.ts";

let folder = "";
let certificate: Certificate;
let server: Server;
let url = "";
const seen = { requests: 0, connections: 0 };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-pin-"));
  certificate = await makeCertificate(folder);
  const answer = connectNodeAdapter({
    routes: (router) =>
      router
        .service(DownloadService, { getStatus: () => ({ version: "1" }) })
        .service(AccessService, { getIdentity: () => ({ identity: { name: "bot", role: Role.USER } }) }),
  }) as RequestListener;
  const files = { key: await readFile(certificate.keyFile), cert: await readFile(certificate.certificateFile) };
  server = createServer(files, (request, response) => {
    seen.requests += 1;
    answer(request, response);
  });
  server.on("connection", () => (seen.connections += 1));
  server.listen(0);
  await once(server, "listening");
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const call = (fingerprint: string | undefined, address = url) =>
  connectTo(address, { agent: fingerprint === undefined ? undefined : new PinnedAgent(fingerprint) })
    .client.getStatus({})
    .then(
      ({ version }) => version,
      (error: unknown) => explainFailure(error, "SERVER"),
    );

test("a pinned server: its certificate is enough, whatever name it is for, and its connection is kept", async () => {
  // The certificate names the first address of loopback alone.
  const { client } = connectTo(url.replace("127.0.0.1", "127.0.0.2"), {
    agent: new PinnedAgent(certificate.fingerprint),
  });
  for (let times = 0; times < 3; times += 1) assert.equal((await client.getStatus({})).version, "1");
  assert.equal(seen.connections, 1);
});

test("a pinned server: another certificate is told from it before a byte of the request is sent", async () => {
  const { requests, connections } = seen;
  const closed = once(server, "connection").then(([socket]) => once(socket as Socket, "close"));
  const another = certificate.fingerprint.replaceAll(/[0-9]/g, "0");
  assert.equal(
    await call(another),
    `SERVER is not the server that was pinned: its certificate has the fingerprint ${certificate.fingerprint}, not ${another}. If it was renewed, pin the new one`,
  );
  await closed;
  assert.deepEqual([seen.requests, seen.connections], [requests, connections + 1]);
});

test("a server whose certificate nobody signed: the message says how to pin it", async () => {
  assert.match(
    await call(undefined),
    /^SERVER has a certificate that no authority known to this machine has signed \(\w+\)\. Pin it with --fingerprint: dwld doctor, on the server, shows it$/,
  );
  assert.match(await call(undefined, url.replace("https", "http")), /^the connection to SERVER broke off /);
});

test("a fingerprint: is read with colons and without", () => {
  const digits = "ab".repeat(32);
  for (const text of [digits, digits.toUpperCase(), "ab:".repeat(32).slice(0, -1)])
    assert.equal(readFingerprint(text), "AB:".repeat(32).slice(0, -1));
  for (const text of ["", "ab", `${digits}ab`, digits.replace("a", "g")])
    assert.equal(readFingerprint(text), undefined);
});

test("dwld login: keeps the fingerprint of a server with its token; logout forgets both", async () => {
  const env = { HOME: folder };
  const whoami = () => runHere(["--server", url, "whoami"], { env });
  const login = await runHere(["login", "--fingerprint", certificate.fingerprint, url], { env, input: "dwld_token\n" });
  assert.equal(login.status, 0, login.stderr);
  assert.match((await whoami()).stdout, /bot: user/);
  const another = certificate.fingerprint.replaceAll(/[0-9]/g, "0");
  const refused = await runHere(["--server", url, "--fingerprint", another, "whoami"], { env });
  assert.match(refused.stderr, /is not the server that was pinned/);
  assert.equal((await runHere(["logout", url], { env })).status, 0);
  assert.match((await whoami()).stderr, /no authority known to this machine has signed/);
});

test("dwld login: what it has pinned holds for a token of the environment, too", async () => {
  const env = { HOME: folder };
  const login = await runHere(["login", "--fingerprint", certificate.fingerprint, url], { env, input: "dwld_token\n" });
  assert.equal(login.status, 0, login.stderr);
  const whoami = await runHere(["--server", url, "whoami"], { env: { ...env, DWLD_TOKEN: "dwld_token" } });
  assert.match(whoami.stdout, /bot: user/, whoami.stderr);
  await runHere(["logout", url], { env });
});

test("a fingerprint: with a server in the clear, no token is sent, and one sentence says why", async (t) => {
  let called = false;
  const plain = createPlainServer((_, response) => {
    called = true;
    response.end();
  });
  t.after(() => plain.close());
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  const { port } = plain.address() as AddressInfo;
  const env = { HOME: folder, DWLD_TOKEN: "dwld_token" };
  const { stderr } = await runHere(
    ["--server", `127.0.0.1:${port}`, "--fingerprint", certificate.fingerprint, "whoami"],
    { env },
  );
  assert.equal(
    stderr,
    `dwld: http://127.0.0.1:${port} has no certificate that --fingerprint could be compared with; write https://\n`,
  );
  assert.ok(!called);
});
