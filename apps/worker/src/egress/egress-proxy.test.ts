import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { execa } from "execa";
import { type EgressProxy, startEgressProxy } from "./egress-proxy.ts";
import { refusalWords } from "./refusal.ts";
import { askRaw, type RawSite, sendRaw, startRawSite } from "./testing/raw-site.ts";
import { isPublicAddress } from "@dwld/daemon";

const seen: IncomingHttpHeaders[] = [];
const inside = createServer((request, response) => {
  seen.push(request.headers);
  response.end("inside");
});
let port = 0;
let rawSite: RawSite;
let guarded: EgressProxy;
let open: EgressProxy;

before(async () => {
  inside.listen(0, "127.0.0.1");
  await once(inside, "listening");
  ({ port } = inside.address() as AddressInfo);
  rawSite = await startRawSite();
  guarded = await startEgressProxy();
  // Loopback stands for the internet here: the judge is handed in.
  open = await startEgressProxy(() => undefined);
});
after(async () => {
  await Promise.all([guarded.close(), open.close()]);
  await rawSite[Symbol.asyncDispose]();
  inside.close();
});

const curl = (proxy: EgressProxy, ...rest: string[]) =>
  execa("curl", ["-sS", "--max-time", "10", "--noproxy", "", "-x", proxy.url, ...rest], { reject: false, all: true });

for (const host of [
  "127.0.0.1",
  "localhost",
  "[::1]",
  "169.254.169.254",
  "10.0.0.1",
  "0.0.0.0",
  "[::ffff:127.0.0.1]",
  "2130706433",
]) {
  test(`egress proxy: ${host} is refused, in the clear and through a tunnel`, async () => {
    const plain = await curl(guarded, "-i", `http://${host}:${port}/`);
    assert.match(plain.stdout, new RegExp(`^HTTP/1.1 403 ${refusalWords.private}`));
    const tunnel = await curl(guarded, "-v", "-p", `http://${host}:${port}/`);
    assert.match(tunnel.all, new RegExp(`403 ${refusalWords.private}`));
    assert.doesNotMatch(`${plain.all}${tunnel.all}`, /inside/);
  });
}

test("egress proxy: an allowed host is reached, in the clear and through a tunnel", async () => {
  assert.equal((await curl(open, `http://localhost:${port}/`)).stdout, "inside");
  assert.equal((await curl(open, "-p", `http://localhost:${port}/`)).stdout, "inside");
});

test("egress proxy: it serves those alone who show its login, and passes the login on to nobody", async () => {
  for (const userinfo of ["", "dwld:wrong@", "dwld@"])
    for (const tunnel of [[], ["-p"]]) {
      const proxy = { ...open, url: open.url.replace(/\/\/.*@/, `//${userinfo}`) };
      const { all } = await curl(proxy, "-v", ...tunnel, `http://localhost:${port}/`);
      assert.match(all, /407 Proxy Authentication Required[^]*Proxy-Authenticate: Basic realm="dwld"/);
      assert.doesNotMatch(all, /inside/);
    }
  assert.equal((await curl(open, `http://localhost:${port}/`)).stdout, "inside");
  assert.deepEqual(
    seen.map((headers) => headers["proxy-authorization"]),
    seen.map(() => undefined),
  );
  assert.ok(seen.length > 0);
});

test("egress proxy: another protocol than HTTP is refused, with the reason", async () => {
  const { stdout } = await curl(open, "-i", `ftp://localhost:${port}/`);
  assert.match(stdout, new RegExp(`^HTTP/1.1 403 ${refusalWords.protocol}`));
});

test("egress proxy: a host that does not answer is reported as such", async () => {
  assert.match((await curl(open, "-i", "http://127.0.0.1:1/")).stdout, /^HTTP\/1.1 502 ECONNREFUSED/);
  assert.match((await curl(open, "-v", "-p", "http://127.0.0.1:1/")).all, /502 ECONNREFUSED/);
});

test("egress proxy: a request that is not for a proxy is refused, and the next one is served", async () => {
  const { username, password, origin } = new URL(open.url);
  const login = `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  assert.match((await execa("curl", ["-sSi", "-H", login, `${origin}/x`])).stdout, /^HTTP\/1.1 400/);
  assert.equal((await curl(open, `http://localhost:${port}/`)).stdout, "inside");
});

const twoBytes = "Content-Length: 2\r\n\r\nhi";

/** Replies that Node's parser lets through and its server refuses to send, or that end what they began in another way. */
const hostileReplies: readonly (readonly [what: string, reply: string, answer: RegExp])[] = [
  ["controls in its reason", `HTTP/1.1 200 O\x01\x7F\0K\r\n${twoBytes}`, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhi$/],
  ["letters of Latin-1 in its reason", `HTTP/1.1 200 \xE4\xFF\r\n${twoBytes}`, /^HTTP\/1\.1 200 \xE4\xFF\r\n[^]*hi$/],
  ["no reason", `HTTP/1.1 200\r\n${twoBytes}`, /^HTTP\/1\.1 200 ?\r\n[^]*hi$/],
  [
    "a status below 100",
    `HTTP/1.1 099 x\r\n${twoBytes}`,
    /^HTTP\/1\.1 502 The site sent status 099, which HTTP lacks\r/,
  ],
  ["status 0", `HTTP/1.1 000 x\r\n${twoBytes}`, /^HTTP\/1\.1 502 The site sent status 000, which HTTP lacks\r/],
  ["a status of four digits", `HTTP/1.1 1000 x\r\n${twoBytes}`, /^HTTP\/1\.1 502 The site sent no valid HTTP \(HPE_/],
  [
    "another protocol, by an upgrade",
    "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhi",
    /^HTTP\/1\.1 502 The site sent status 101, another protocol than HTTP\r/,
  ],
  [
    "another protocol, which it does not name",
    "HTTP/1.1 101 Switching\r\n\r\nhi",
    /^HTTP\/1\.1 502 The site sent status 101, another protocol than HTTP\r/,
  ],
  [
    "informational replies before the real one",
    `${"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 \x01\r\n\r\nHTTP/1.1 103 E\r\nTrailer: x\r\n\r\n".repeat(50)}HTTP/1.1 200 OK\r\n${twoBytes}`,
    /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhi$/,
  ],
  ["nothing but an informational reply", "HTTP/1.1 103 E\r\n\r\n", /^HTTP\/1\.1 502 ECONNRESET\r/],
  [
    "trailers announced for a body without chunks",
    `HTTP/1.1 200 OK\r\nTrailer: x\r\n${twoBytes}`,
    /^HTTP\/1\.1 200 [^]*\nhi$/,
  ],
  ["trailers announced for no body", "HTTP/1.1 204 No\r\nTrailer: x\r\n\r\n", /^HTTP\/1\.1 204 No\r\n/],
  ["a body behind a status without one", "HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nhi", /^HTTP\/1\.1 204 No\r\n/],
  [
    "a second reply behind the first",
    `HTTP/1.1 200 OK\r\n${twoBytes}HTTP/1.1 099 x\r\n\r\n`,
    /^HTTP\/1\.1 200 OK\r\n[^]*\nhi$/,
  ],
  [
    "a header with a control",
    "HTTP/1.1 200 OK\r\nX: \x01\r\n\r\n",
    /^HTTP\/1\.1 502 The site sent no valid HTTP \(HPE_\w+\)\r/,
  ],
  ["no HTTP", "SSH-2.0-x\r\n", /^HTTP\/1\.1 502 The site sent no valid HTTP \(HPE_\w+\)\r/],
  [
    "an unknown transfer coding",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhi",
    /^HTTP\/1\.1 200 OK\r\n[^]*hi/,
  ],
  [
    "names of objects as headers",
    `HTTP/1.1 200 OK\r\n__proto__: a\r\nconstructor: b\r\n${twoBytes}`,
    /^HTTP\/1\.1 200 [^]*\nhi$/,
  ],
  [
    "a chunk without a length",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz",
    /^(?:HTTP\/1\.1 200 OK\r\n[^]*)?$/,
  ],
];

for (const [what, reply, answer] of hostileReplies)
  test(`egress proxy: a site that sends ${what} is answered for, and the next request as before`, async () => {
    rawSite.answerWith(reply);
    assert.match(await askRaw(open, `GET http://127.0.0.1:${rawSite.port}/ HTTP/1.1`), answer);
    assert.equal((await curl(open, `http://localhost:${port}/`)).stdout, "inside");
  });

test("egress proxy: a body is framed as its program understands it, whatever the site's framing", async () => {
  rawSite.answerWith("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  const url = `http://127.0.0.1:${rawSite.port}/`;
  assert.match(await askRaw(open, `GET ${url} HTTP/1.0`), /\r\n\r\nhi$/);
  assert.match(await askRaw(open, `GET ${url} HTTP/1.1`), /\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/);
  rawSite.answerWith("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhi");
  assert.match(await askRaw(open, `GET ${url} HTTP/1.1`), /\r\n\r\n2\r\nhi\r\n0\r\n\r\n$/);
});

test("egress proxy: a connection to a site ends if no request follows, however long the site would keep it", async () => {
  const { promise: connected, resolve } = Promise.withResolvers<Socket>();
  await using site = createServer({ keepAliveTimeout: 0 }, (_request, response) => void response.end("hi"));
  site.once("connection", resolve);
  await once(site.listen(0, "127.0.0.1"), "listening");
  const proxy = await startEgressProxy(() => undefined, undefined, 100);
  try {
    await askRaw(proxy, `GET http://127.0.0.1:${(site.address() as AddressInfo).port}/ HTTP/1.1`);
    const kept = await connected;
    if (!kept.destroyed) await once(kept, "close", { signal: AbortSignal.timeout(20_000) });
  } finally {
    await proxy.close();
  }
});

test("egress proxy: a program that is killed before the site has answered ends its connection to the site, and the next request is served", async () => {
  const { promise: asked, resolve } = Promise.withResolvers<ServerResponse>();
  await using slow = createServer((_request, response) => resolve(response)).listen(0, "127.0.0.1");
  await once(slow, "listening");
  const program = sendRaw(open, `GET http://127.0.0.1:${(slow.address() as AddressInfo).port}/ HTTP/1.1`);
  const answer = await asked;
  program.resetAndDestroy();
  // A reply that came later would find no program.
  await once(answer, "close", { signal: AbortSignal.timeout(20_000) });
  assert.equal((await curl(open, `http://localhost:${port}/`)).stdout, "inside");
});

test("egress proxy: a program that is killed while it waits for a tunnel gets none, and the next one is served", async () => {
  const programs: Socket[] = [];
  const proxy = await startEgressProxy(() => {
    // Between the name and the connection.
    for (const program of programs.splice(0)) program.resetAndDestroy();
    return undefined;
  });
  try {
    const program = sendRaw(proxy, `CONNECT localhost:${port} HTTP/1.1`);
    programs.push(program);
    await once(program, "close");
    assert.equal((await curl(proxy, "-p", `http://localhost:${port}/`)).stdout, "inside");
  } finally {
    await proxy.close();
  }
});

test("egress proxy: an address that cannot be judged is not connected to, and the next request is served", async () => {
  let isBroken = true;
  const proxy = await startEgressProxy(() => {
    if (isBroken) throw Object.assign(new Error("no descriptor is free"), { code: "EMFILE" });
    return undefined;
  });
  try {
    for (const host of ["127.0.0.1", "localhost"]) {
      assert.match(await askRaw(proxy, `GET http://${host}:${port}/ HTTP/1.1`), /^HTTP\/1\.1 502 EMFILE\r/);
      assert.match(await askRaw(proxy, `CONNECT ${host}:${port} HTTP/1.1`), /^HTTP\/1\.1 502 EMFILE\r/);
    }
    isBroken = false;
    assert.equal((await curl(proxy, `http://localhost:${port}/`)).stdout, "inside");
  } finally {
    await proxy.close();
  }
});

test("public address: addresses of the internet are public, all others are not", () => {
  for (const address of ["1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "2606:4700::1111", "2a00:1450::1"])
    assert.ok(isPublicAddress(address), address);
  for (const address of [
    "127.9.9.9",
    "172.31.0.1",
    "100.127.0.1",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:8.8.8.8",
    "2001:db8::1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "x",
    "",
  ])
    assert.ok(!isPublicAddress(address), address);
});

test("egress proxy: each address family has a URL of its own, for hosts that have such an address", async () => {
  const through = async (url: string | undefined, host: string) =>
    (await curl({ ...open, url: url ?? "" }, "-i", `http://${host}:${port}/`)).stdout;
  assert.match(await through(open.ipv4Url, "localhost"), /^HTTP\/1\.1 200/);
  assert.match(await through(open.ipv6Url, "localhost"), /^HTTP\/1\.1 502 /, "nothing of ours listens on ::1");
  assert.match(await through(guarded.ipv4Url, "localhost"), new RegExp(`^HTTP/1.1 403 ${refusalWords.private}`));
});

for (const ytdlp of ["yt-dlp", "yt-dlp-debian"])
  test(`egress proxy: ${ytdlp} with --force-ipv6 reaches it by IPv6`, async () => {
    const env = { PATH: process.env["PATH"] ?? "", http_proxy: guarded.ipv6Url ?? "" };
    const options = ["--ignore-config", "--force-ipv6", "--retries=0", "--extractor-retries=0"];
    const run = await execa(ytdlp, [...options, `http://127.0.0.1:${port}/`], { reject: false, env, extendEnv: false });
    assert.match(run.stderr, new RegExp(`403: ${refusalWords.private}`));
  });
