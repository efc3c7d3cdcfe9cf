import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { createLogger } from "@dwld/daemon";
import { AccessService, DownloadService } from "@dwld/rpc";
import { insertToken } from "@dwld/queue";
import { eventually } from "@dwld/testbed";
import { makeToken } from "../access/token.ts";
import { refusal } from "../testing/test-service.ts";
import { serveApi, testLimits } from "../testing/served-api.ts";

const written = "limits: { perToken: { addsPerMinute: 6, waitingTasks: 4, streams: 2 } }";

describe("limits of a token", () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  const clock = { ms: 0 };
  const logger = createLogger({ level: "error", app: "api" });
  let links = 0;
  const link = () => `https://videos.example/${(links += 1)}`;
  before(async () => {
    api = await serveApi({ limits: testLimits(written, logger, () => clock.ms) });
  });
  after(() => api.close());

  /** Makes a token, and returns clients that carry it. */
  async function carrying(name: string, chatIds: string[]) {
    const { database, tokens } = api.context;
    const { id, text, hash } = makeToken(tokens.server);
    const row = {
      id,
      name,
      hash,
      role: "user",
      chats: JSON.stringify(chatIds),
      created_at: 1,
      expires_at: null,
    } as const;
    assert.ok(await insertToken(database, row, 1));
    await tokens.refresh();
    const bearer: Interceptor = (next) => (call) => {
      call.header.set("authorization", `Bearer ${text}`);
      return next(call);
    };
    const transport = createGrpcTransport({ baseUrl: api.grpcUrl, interceptors: [bearer] });
    return { downloads: createClient(DownloadService, transport), access: createClient(AccessService, transport) };
  }

  it("limits: a token has one count over all of its chats, which it is told; another token has its own", async () => {
    const { downloads, access } = await carrying("bot", ["a", "b"]);
    for (const chatId of ["a", "b", "a", "b"]) await downloads.addTask({ link: link(), chatId });
    const full = await refusal(downloads.addTask({ link: link(), chatId: "a" }));
    assert.equal(full.code, Code.ResourceExhausted);
    assert.match(full.rawMessage, /^too many links of this token wait for their download: at most 4;/);
    await refusal(downloads.addTask({ link: link(), chatId: "a" }));
    const fast = await refusal(downloads.addTask({ link: link(), chatId: "b" }));
    assert.equal(fast.rawMessage, "this token adds too many links: at most 6 a minute; try again in 10 s");
    const { identity } = await access.getIdentity({});
    assert.deepEqual(
      identity?.limits.map(({ name, subject, most, used }) => [subject, name, Number(used), Number(most)]),
      [
        ["token", "addsPerMinute", 6, 6],
        ["token", "streams", 0, 2],
        ["token", "waitingTasks", 4, 4],
      ],
    );
    const other = await carrying("other", ["c"]);
    assert.ok((await other.downloads.addTask({ link: link(), chatId: "c" })).task);
  });

  it("limits: a token of all chats is counted by the minute alone", async () => {
    const { downloads, access } = await carrying("everybody", []);
    for (let chat = 0; chat < 6; chat += 1) await downloads.addTask({ link: link(), chatId: "d" });
    assert.match((await refusal(downloads.addTask({ link: link() }))).rawMessage, /^this token adds too many links/);
    const { identity } = await access.getIdentity({});
    assert.deepEqual(
      identity?.limits.map(({ name }) => name),
      ["addsPerMinute", "streams"],
    );
  });

  it("limits: a retry counts as a link that is added", async () => {
    const { downloads } = await carrying("retrying", ["f"]);
    const id = (await downloads.addTask({ link: link(), chatId: "f" })).task?.id ?? "";
    const again = async () => {
      await downloads.cancelTask({ id });
      return await downloads.retryTask({ id });
    };
    for (let retry = 0; retry < 5; retry += 1) await again();
    assert.match((await refusal(again())).rawMessage, /^this token adds too many links: at most 6 a minute;/);
    assert.equal((await refusal(downloads.retryTask({ id: "0".repeat(26) }))).code, Code.NotFound);
  });

  it("limits: a token holds so many streams; one that ends makes room", async () => {
    const { downloads } = await carrying("watcher", ["e"]);
    const open = async () => {
      const leave = new AbortController();
      const stream = downloads.watchTasks({}, { signal: leave.signal })[Symbol.asyncIterator]();
      await stream.next();
      return leave;
    };
    const [first, second] = [await open(), await open()];
    const error = await refusal(open());
    assert.match(error.rawMessage, /^this token holds too many streams: at most 2 at once; .*; try again in 5 s$/);
    first.abort();
    await eventually("there is room", async () => {
      const third = await open().catch(() => undefined);
      third?.abort();
      return third !== undefined;
    });
    second.abort();
  });
});

it("limits: of callers who are asked for no token, each has as much as its address, and they share no count of a token", async () => {
  const logger = createLogger({ level: "error", app: "api" });
  const limits = testLimits("limits: { perToken: { addsPerMinute: 1, waitingTasks: 1, streams: 1 } }", logger);
  const api = await serveApi({ limits }, { tokens: "off" });
  try {
    const downloads = createClient(DownloadService, createGrpcTransport({ baseUrl: api.grpcUrl }));
    for (const video of [1, 2, 3]) await downloads.addTask({ link: `https://videos.example/of-nobody/${video}` });
    const leaving = new AbortController();
    const streams = [1, 2].map(() => downloads.watchTasks({}, { signal: leaving.signal })[Symbol.asyncIterator]());
    await Promise.all(streams.map(async (stream) => await stream.next()));
    leaving.abort();
  } finally {
    await api.close();
  }
});
