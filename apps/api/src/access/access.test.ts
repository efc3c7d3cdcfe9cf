import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { openLocation } from "@dwld/queue/testing";
import { AccessService, DownloadService, Role, RetryInfoSchema } from "@dwld/rpc";
import { Health, ServerReflection } from "@dwld/rpc/services";
import { eventually } from "@dwld/testbed";
import { localTransport, protocolsOf, sending, watchUntilEnd } from "../testing/protocols.ts";
import { serveApi } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";
import { TokenTable } from "./token-table.ts";
import { makeToken } from "./token.ts";

describe("access", () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  let nowMs = Date.now();
  const secrets: string[] = [];
  let protocols: ReturnType<typeof protocolsOf>;
  const local = () => localTransport(api);
  const admin = () => createClient(AccessService, local());
  const make = async (name: string, role: Role, given: object = {}) => {
    const { secret, token } = await admin().createToken({ name, role, ...given });
    secrets.push(secret);
    return { secret, id: token?.id ?? "" };
  };

  before(async () => {
    api = await serveApi({ now: () => nowMs });
    protocols = protocolsOf(api);
  });
  after(() => api.close());

  it("access: until a token was made, everybody is an admin; from then on, TCP asks for one, and the UNIX socket does not", async () => {
    const stranger = protocols["gRPC"]?.([]) as Transport;
    const { identity } = await createClient(AccessService, stranger).getIdentity({});
    assert.deepEqual([identity?.name, identity?.role, identity?.chatIds], ["local", Role.ADMIN, []]);
    await make("first", Role.ADMIN);
    for (const [name, transport] of Object.entries(protocols)) {
      const refused = await refusal(createClient(DownloadService, transport([])).getStatus({}));
      assert.equal(refused.code, Code.Unauthenticated, name);
      assert.match(refused.rawMessage, /^this server asks for a token: send it as "authorization: Bearer dwld_…"/);
      const streamed = createClient(DownloadService, transport([])).watchTasks({});
      assert.equal((await refusal(streamed[Symbol.asyncIterator]().next())).code, Code.Unauthenticated, name);
    }
    assert.equal((await createClient(DownloadService, local()).getStatus({})).version, "0.0.0");
    assert.equal((await admin().getIdentity({})).identity?.name, "local");
  });

  it("access: a token is known in every protocol, over unary calls and streams", async () => {
    const { secret } = await make("reader", Role.VIEWER);
    for (const [name, transport] of Object.entries(protocols)) {
      const { identity } = await createClient(AccessService, transport(sending(`Bearer ${secret}`))).getIdentity({});
      assert.deepEqual([identity?.name, identity?.role], ["reader", Role.VIEWER], name);
      const leave = new AbortController();
      const watching = createClient(DownloadService, transport(sending(`bearer  ${secret}`)));
      const stream = watching.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
      const first = await stream.next();
      assert.equal(first.done === true ? "" : first.value.event.case, "snapshot", name);
      leave.abort();
    }
  });

  it("access: a role may call what its row of the table says", async () => {
    const { secret: viewer } = await make("looks", Role.VIEWER);
    const { secret: user } = await make("adds", Role.USER);
    const of = (secret: string) => protocols["Connect"]?.(sending(`Bearer ${secret}`)) as Transport;
    const denied = await refusal(createClient(DownloadService, of(viewer)).addTask({ link: "https://v.example/" }));
    assert.deepEqual(
      [denied.code, denied.rawMessage],
      [Code.PermissionDenied, "looks has the role viewer, which does not allow AddTask"],
    );
    assert.ok((await createClient(DownloadService, of(user)).addTask({ link: "https://v.example/" })).task);
    for (const call of [
      createClient(AccessService, of(user)).listTokens({}),
      createClient(AccessService, of(user)).createToken({ name: "own", role: Role.ADMIN }),
      createClient(DownloadService, of(user)).resumeSite({ name: "v.example" }),
      createClient(DownloadService, of(user)).listSites({}),
    ])
      assert.equal((await refusal(call)).code, Code.PermissionDenied);
  });

  it("access: a token of some chats names them, adds to them alone, and needs no name if there is one", async () => {
    const { secret } = await make("family", Role.USER, { chatIds: ["42"] });
    const transport = protocols["gRPC"]?.(sending(`Bearer ${secret}`)) as Transport;
    const { identity } = await createClient(AccessService, transport).getIdentity({});
    assert.deepEqual([identity?.chatIds, identity?.role], [["42"], Role.USER]);
    const client = createClient(DownloadService, transport);
    const { task } = await client.addTask({ link: "https://videos.example/family" });
    assert.equal(task?.chatId, "42");
    const { code, rawMessage } = await refusal(client.addTask({ link: "https://videos.example/", chatId: "43" }));
    assert.deepEqual(
      [code, rawMessage],
      [Code.PermissionDenied, 'this caller is bound to the chats ["42"]: chat_id must be one of them'],
    );
    const status = await client.getStatus({});
    assert.deepEqual([status.processes, status.sensors, status.downloadsDisk, status.bots], [[], [], undefined, []]);
  });

  it("access: Health.Check is open, since a monitor has no token; the other methods of health, and reflection, are not", async () => {
    const stranger = protocols["gRPC"]?.([]) as Transport;
    const health = createClient(Health, stranger);
    assert.equal((await health.check({})).status, 1);
    assert.equal((await refusal(health.list({}))).code, Code.Unauthenticated);
    assert.equal((await refusal(health.watch({})[Symbol.asyncIterator]().next())).code, Code.Unauthenticated);
    const reflection = createClient(ServerReflection, stranger);
    const asked = reflection.serverReflectionInfo(oneQuestion())[Symbol.asyncIterator]();
    assert.equal((await refusal(asked.next())).code, Code.Unauthenticated);
  });

  it("access: a stranger's body is not read: neither its size nor its faults are told", async () => {
    for (const body of ["no JSON", JSON.stringify({ link: "a".repeat(100_000) })]) {
      const answer = await post(body);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers["www-authenticate"], "Bearer");
      assert.match(answer.text, /^\{"code":"unauthenticated","message":"this server asks for a token/);
    }
  });

  it("access: a revoked token is refused at once, and its streams end with the reason; so do those of one that expires", async () => {
    const { secret } = await make("leaked", Role.USER);
    const streams = await Promise.all(
      Object.values(protocols).map((transport) => watchUntilEnd(transport(sending(`Bearer ${secret}`)))),
    );
    const leave = new AbortController();
    const reflection = createClient(ServerReflection, protocols["gRPC"]?.(sending(`Bearer ${secret}`)) as Transport);
    const answers = reflection.serverReflectionInfo(oneQuestion(leave.signal), { signal: leave.signal });
    const reflecting = answers[Symbol.asyncIterator]();
    await reflecting.next();
    const { token } = await admin().revokeToken({ name: "leaked" });
    assert.ok(token?.revokeTime);
    for (const ended of [...streams, () => refusal(reflecting.next())]) {
      const { code, rawMessage } = await ended();
      assert.deepEqual(
        [code, rawMessage.startsWith("token leaked was revoked")],
        [Code.Unauthenticated, true],
        rawMessage,
      );
    }
    leave.abort();
    assert.equal(api.context.feed.watchers, 0);
    assert.match((await refusedWith(`Bearer ${secret}`)).rawMessage, /^token leaked was revoked: make another/);

    const soon = await make("brief", Role.USER, { expireTime: timestampFromMs(nowMs + 200) });
    const stream = await watchUntilEnd(protocols["gRPC"]?.(sending(`Bearer ${soon.secret}`)) as Transport);
    nowMs += 200;
    assert.match((await stream()).rawMessage, /^token brief expired on 20/);
    assert.match((await refusedWith(`Bearer ${soon.secret}`)).rawMessage, /^token brief expired on 20/);
  });

  it("access: each kind of wrong token has its own sentence", async () => {
    const { secret } = await make("right", Role.USER);
    const unknown = makeToken(api.context.tokens.server).text;
    const cases: [header: string, words: RegExp, name?: string][] = [
      [`Bearer ${unknown}`, /^this server does not know this token/],
      [`Bearer ${makeToken("another").text}`, /^this token was made by another server/],
      [`Bearer ${secret.slice(0, -1)}`, /^this is no whole token of dwld/],
      [`Bearer ${secret.slice(0, -1)}${secret.endsWith("a") ? "b" : "a"}`, /^this is no whole token of dwld/],
      ["Bearer ", /^the header authorization is not "Bearer " and a token/],
      [secret, /^the header authorization is not "Bearer " and a token/],
      ["Basic dXNlcjpwYXNz", /^the header authorization is not "Bearer " and a token/],
      [secret, /^a token came in the header x-api-key: send it as/, "x-api-key"],
    ];
    for (const [header, words, name] of cases) assert.match((await refusedWith(header, name)).rawMessage, words);
    const twice = await post("{}", { authorization: [`Bearer ${secret}`, `Bearer ${unknown}`] });
    assert.match(twice.text, /"the header authorization is there twice: send it once"/);
  });

  it("access: wrong tokens in a row are put off, told once in the log, and keep no right token out", async () => {
    const { secret } = await make("steady", Role.USER);
    const transport = protocols["Connect over HTTP/2"]?.(sending(`Bearer ${makeToken("x").text}`)) as Transport;
    const guessing = createClient(AccessService, transport);
    const answers = await Promise.all(Array.from({ length: 200 }, () => refusal(guessing.getIdentity({}))));
    const putOff = answers.filter(({ code }) => code === Code.ResourceExhausted);
    assert.ok(putOff.length > 120, String(putOff.length));
    const [first] = putOff;
    assert.match(first?.rawMessage ?? "", /^too many calls with a wrong token from this address; try again in 1 s/);
    assert.equal(first?.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 1n);
    assert.equal(first?.metadata.get("retry-after"), "1");
    const right = createClient(AccessService, protocols["gRPC"]?.(sending(`Bearer ${secret}`)) as Transport);
    assert.equal((await right.getIdentity({})).identity?.name, "steady");
    assert.equal(api.logLines.filter((line) => line.includes("wrong token")).length, 1);
  });

  it("access: tokens are listed with their last use; a name in force is taken; what the rules forbid is told by field", async () => {
    const { secret, id } = await make("listed", Role.USER, { expireTime: timestampFromMs(nowMs + 1e9) });
    await createClient(AccessService, protocols["JSON"]?.(sending(`Bearer ${secret}`)) as Transport).getIdentity({});
    const { tokens } = await admin().listTokens({});
    const token = tokens.find((each) => each.id === id);
    assert.deepEqual([token?.name, token?.role, token?.revokeTime], ["listed", Role.USER, undefined]);
    assert.ok(token?.lastUseTime);
    assert.ok(tokens.every((each) => !JSON.stringify(each, stringified).includes(secret.slice(18))));
    assert.equal((await refusal(admin().createToken({ name: "listed", role: Role.USER }))).code, Code.AlreadyExists);
    assert.equal((await refusal(admin().revokeToken({ name: "nobody" }))).code, Code.NotFound);
    for (const [field, given] of [
      ["name", { name: "a b", role: Role.USER }],
      ["role", { name: "a" }],
      ["role", { name: "a", role: 9 as Role }],
      ["chat_ids", { name: "a", role: Role.ADMIN, chatIds: ["1"] as string[] }],
      ["expire_time", { name: "a", role: Role.USER, expireTime: timestampFromMs(nowMs - 1) }],
    ] as const) {
      const { code, rawMessage } = await refusal(admin().createToken(given));
      assert.equal(code, Code.InvalidArgument);
      assert.ok(rawMessage.startsWith(field), rawMessage);
    }
  });

  it("access: another api of the same table knows a new token, and a revoked one, at once", async () => {
    const database = await openLocation(api.context.database.location);
    const other = await TokenTable.open(database, { logger: api.logger, now: () => nowMs });
    const { secret, id } = await make("shared", Role.USER);
    await eventually("the other knows it", () => typeof other.find(secret) !== "string");
    await admin().revokeToken({ name: id });
    await eventually("the other refuses it", () => typeof other.find(secret) === "string");
    await other.close();
    await database.close();
  });

  it("access: no secret stands in the log or in the table", () => {
    assert.ok(secrets.length > 5);
    for (const secret of secrets) assert.ok(!api.logLines.join("").includes(secret.slice(18)));
    for (const row of api.context.tokens.rows)
      assert.ok(!secrets.some((secret) => JSON.stringify(row).includes(secret.slice(18))));
  });

  async function refusedWith(value: string, name?: string): Promise<ConnectError> {
    return await refusal(
      createClient(AccessService, protocols["JSON"]?.(sending(value, name)) as Transport).getIdentity({}),
    );
  }

  async function post(body: string, headers: Record<string, string | string[]> = {}) {
    const { port } = api.listeners.http.address;
    const path = "/dwld.v1.DownloadService/AddTask";
    const call = request({ port, path, method: "POST", headers: { "content-type": "application/json", ...headers } });
    call.on("error", () => undefined);
    call.end(body);
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: Buffer.concat(await answer.toArray()).toString(),
    };
  }
});

/** Asks once, and stays until the signal. */
async function* oneQuestion(stays?: AbortSignal) {
  yield { messageRequest: { case: "listServices" as const, value: "" } };
  if (stays !== undefined) await once(stays, "abort");
}

function stringified(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
