import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { Code, createClient, createContextValues, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { deleteSessions, insertToken, listTokens, revokeToken } from "@dwld/queue";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { createSession } from "../access-service/sessions.ts";
import { openContext, serveApi, serveApiOverTls } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";
import { type Identity, setIdentity } from "./identity.ts";
import { makeToken } from "./token.ts";
import { clientKey } from "./trusted-proxies.ts";

/** Calls over a listener's UNIX socket, as an admin. */
const admin = (api: { listeners: { socket: { address: string } | undefined } }) =>
  createClient(
    AccessService,
    createConnectTransport({
      ...{ baseUrl: "http://localhost", httpVersion: "1.1" },
      nodeOptions: { socketPath: api.listeners.socket?.address },
    }),
  );

describe("sessions", () => {
  let api: Awaited<ReturnType<typeof serveApiOverTls>>;
  let nowMs = Date.now();
  let token = "";
  before(async () => {
    api = await serveApiOverTls({ now: () => nowMs });
    token = (await admin(api).createToken({ name: "page", role: Role.USER })).secret;
  });
  after(() => api.close());

  /** A call as a browser makes it. */
  async function call(path: string, headers: Record<string, string>, body = "{}") {
    const sent = request(`${api.httpUrl}/dwld.v1.${path}`, {
      ...{ method: "POST", ca: api.ca, agent: false, servername: "localhost" },
      headers: { "content-type": "application/json", host: "localhost", ...headers },
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const answer = await text(response);
    const [cookie = ""] = response.headers["set-cookie"] ?? [];
    return { status: response.statusCode, answer, cookie };
  }
  const own = { origin: "https://localhost" };
  const login = async () => {
    const { cookie } = await call("AccessService/CreateSession", { ...own, authorization: `Bearer ${token}` });
    return cookie.split(";", 1)[0] ?? "";
  };
  const identity = (headers: Record<string, string>) => call("AccessService/GetIdentity", headers);
  const watch = (cookie: string) => {
    const interceptor: Interceptor = (next) => (sent) => {
      sent.header.set("cookie", cookie);
      sent.header.set("origin", api.httpUrl);
      return next(sent);
    };
    const nodeOptions = { ca: api.ca };
    const transport = createConnectTransport({
      ...{ baseUrl: api.httpUrl, httpVersion: "2", nodeOptions, interceptors: [interceptor] },
    });
    return createClient(DownloadService, transport).watchTasks({})[Symbol.asyncIterator]();
  };

  it("session: a token becomes a cookie that no script and no other host can read, and the caller is the token's", async () => {
    const { status, answer, cookie } = await call("AccessService/CreateSession", {
      ...own,
      authorization: `Bearer ${token}`,
    });
    assert.equal(status, 200, answer);
    assert.match(cookie, /^__Host-dwld=dwld_\w+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure$/);
    const seen = await identity({ ...own, cookie: `other=1; ${cookie.split(";", 1)[0] ?? ""}` });
    assert.match(seen.answer, /"name":"page","role":"ROLE_USER"/);
  });

  it("session: counts with its own origin alone; a token is no cookie, and a cookie no token", async () => {
    const cookie = await login();
    for (const headers of [
      { cookie },
      { cookie, origin: "http://localhost" },
      { cookie, origin: "https://localhost:8443" },
      { cookie, origin: "null" },
    ]) {
      const { status, answer } = await identity(headers);
      assert.ok(status === 401 || status === 403, `${status} ${JSON.stringify(headers)} ${answer}`);
    }
    // A form, or a script without a preflight, cannot send another type.
    assert.equal((await identity({ ...own, cookie, "content-type": "text/plain" })).status, 415);
    assert.equal((await identity({ ...own, cookie: `__Host-dwld=${token}` })).status, 401);
    assert.equal((await identity({ ...own, cookie: cookie.replace("__Host-", "") })).status, 401);
    const [, session = ""] = cookie.split("=");
    assert.equal((await identity({ ...own, authorization: `Bearer ${session}` })).status, 401);
    assert.equal((await identity({ ...own, cookie })).status, 200);
    assert.ok(api.logLines.every((line) => !line.includes(session) && !line.includes(token)));
  });

  it("session: is renewed by itself, and the old cookie goes on for half a minute; it expires after 30 days", async () => {
    const cookie = await login();
    const renewed = await call("AccessService/CreateSession", { ...own, cookie });
    assert.equal(renewed.status, 200);
    const next = renewed.cookie.split(";", 1)[0] ?? "";
    assert.notEqual(next, cookie);
    assert.equal((await identity({ ...own, cookie })).status, 200);
    nowMs += 31_000;
    assert.equal((await identity({ ...own, cookie })).status, 401);
    assert.equal((await identity({ ...own, cookie: next })).status, 200);
    nowMs += 30 * 24 * 60 * 60 * 1000;
    const { status, answer } = await identity({ ...own, cookie: next });
    assert.equal(status, 401);
    assert.match(answer, /the session has ended: log in again, with a token/);
  });

  it("session: logging out ends its streams; logging out everywhere ends all of the token, and no other", async () => {
    const [one, two] = [await login(), await login()];
    const streams = [watch(one), watch(two)];
    await Promise.all(streams.map((stream) => stream.next()));
    const out = await call("AccessService/DeleteSession", { ...own, cookie: one });
    assert.match(out.cookie, /^__Host-dwld=; Path=\/; Max-Age=0;/);
    assert.equal((await refusal(streams[0]?.next() ?? Promise.resolve())).code, Code.Unauthenticated);
    assert.equal((await identity({ ...own, cookie: one })).status, 401);
    assert.equal((await identity({ ...own, cookie: two })).status, 200);
    const everywhere = await call("AccessService/DeleteSession", { ...own, cookie: two }, '{"all":true}');
    assert.match(everywhere.answer, /"deletedCount":[1-9]/);
    assert.equal((await refusal(streams[1]?.next() ?? Promise.resolve())).code, Code.Unauthenticated);
    assert.equal((await identity({ authorization: `Bearer ${token}` })).status, 200, "the token itself stays");
  });

  it("session: a token that is revoked ends its sessions and their streams; the list of tokens has no sessions", async () => {
    const cookie = await login();
    const stream = watch(cookie);
    await stream.next();
    const { tokens } = await admin(api).listTokens({});
    assert.deepEqual(
      tokens.map(({ name }) => name),
      ["page"],
    );
    await admin(api).revokeToken({ name: "page" });
    assert.equal((await refusal(stream.next())).code, Code.Unauthenticated);
    assert.equal((await identity({ ...own, cookie })).status, 401);
    const again = await call("AccessService/CreateSession", { ...own, authorization: `Bearer ${token}` });
    assert.equal(again.status, 401);
  });

  it("session: the log tells by its id whose token was made and revoked, and whose session began", async () => {
    const id = token.split("_")[1] ?? "";
    for (const words of ["a token was made", "a session began", "a token was revoked"])
      assert.ok(
        api.logLines.some((line) => line.includes(words) && line.includes(id)),
        words,
      );
  });
});

it("session: none without a token, none in the clear from another machine, and ten a minute of one token", async (t) => {
  const api = await serveApi({}, { trustedProxies: ["127.0.0.1"], tokens: "required" });
  t.after(() => api.close());
  assert.match(String(await refusal(admin(api).createSession({}))), /no session can begin: the call has no token/);
  const { secret } = await admin(api).createToken({ name: "page", role: Role.VIEWER });
  const begin = (headers: Record<string, string>) =>
    fetch(`${api.httpUrl}/dwld.v1.AccessService/CreateSession`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secret}`, ...headers },
      body: "{}",
    });
  const inClear = await begin({ "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http" });
  assert.match(await inClear.text(), /failed_precondition.*came unencrypted/);
  const byProxy = await begin({ "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" });
  assert.match(byProxy.headers.get("set-cookie") ?? "", /^__Host-dwld=.*; Secure$/);
  const here = await begin({});
  assert.match(
    here.headers.get("set-cookie") ?? "",
    /^dwld=dwld_\w+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  );
  for (let session = 3; session <= 10; session += 1) assert.equal((await begin({})).status, 200);
  const tooMany = await begin({});
  assert.deepEqual([tooMany.status, Number(tooMany.headers.get("retry-after")) > 0], [429, true]);
  assert.match(await tooMany.text(), /this token begins too many sessions: at most 10 a minute.*RetryInfo/);
});

it("session: none begins or is renewed by a call that was let in before the token was revoked, or all were ended", async (t) => {
  const { context, close } = await openContext();
  t.after(close);
  const { database, tokens } = context;
  const { id, text: secret, hash } = makeToken(tokens.server);
  const row = { id, hash, name: "page", role: "user", chats: "[]", created_at: Date.now(), expires_at: null } as const;
  await insertToken(database, row, Date.now());
  await tokens.refresh();
  const callBy = (identity: Identity | string | undefined) => {
    assert.ok(typeof identity === "object");
    const values = createContextValues().set(clientKey, { address: "127.0.0.1", isSecure: false, isProxied: false });
    setIdentity(values, identity);
    return { values, responseHeader: new Headers() };
  };
  const byToken = callBy(tokens.find(secret));
  await createSession(context, byToken);
  const [cookie = ""] = (byToken.responseHeader.get("set-cookie") ?? "").split(";", 1);
  const bySession = callBy(tokens.findSession(cookie.replace("dwld=", "")));

  await deleteSessions(database, id);
  await assert.rejects(async () => await createSession(context, bySession), /the session has ended/);
  await revokeToken(database, id, Date.now());
  await assert.rejects(async () => await createSession(context, byToken), /token page was revoked/);
  assert.deepEqual(
    (await listTokens(database)).map((known) => known.id),
    [id],
  );
});
