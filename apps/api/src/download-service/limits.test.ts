import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Code, type ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createLogger } from "@dwld/daemon";
import { DownloadService, ErrorInfoSchema, LocalizedMessageSchema, RetryInfoSchema } from "@dwld/rpc";
import { refusal } from "../testing/test-service.ts";
import { serveApi, testLimits } from "../testing/served-api.ts";

const limits = "limits: { perAddress: { addsPerMinute: 12 }, perChat: { addsPerMinute: 6, waitingTasks: 4 } }";

/** The parts of a limit's error beside its code. */
function told(error: ConnectError) {
  const [retry] = error.findDetails(RetryInfoSchema);
  const [info] = error.findDetails(ErrorInfoSchema);
  const languages = error.findDetails(LocalizedMessageSchema).map(({ locale }) => locale);
  return {
    seconds: Number(retry?.retryDelay?.seconds),
    reason: info?.reason,
    holder: info?.metadata["holder"],
    languages,
  };
}

describe("limits of those who add links", () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  const clock = { ms: 0 };
  const warnings: string[] = [];
  const logger = createLogger({ level: "warn", app: "api" }, { write: (line) => void warnings.push(line) });
  const client = (transport: Transport) => createClient(DownloadService, transport);
  let links = 0;
  const wanted = (chatId: string) => ({ link: `https://videos.example/${(links += 1)}`, chatId });
  before(async () => {
    api = await serveApi({ limits: testLimits(limits, logger, () => clock.ms) });
  });
  after(() => api.close());

  it("limits: a chat that has as many waiting tasks as it may is refused one more, and an equal request still joins", async () => {
    const grpc = client(createGrpcTransport({ baseUrl: api.grpcUrl }));
    const first = wanted("a");
    await grpc.addTask(first);
    for (let task = 1; task < 4; task += 1) await grpc.addTask(wanted("a"));
    const error = await refusal(grpc.addTask(wanted("a")));
    assert.equal(error.code, Code.ResourceExhausted);
    assert.equal(error.rawMessage, "too many links of this chat wait for their download: at most 4; try again in 10 s");
    assert.deepEqual(told(error), { seconds: 10, reason: "WAITING_TASKS", holder: "a", languages: ["en", "ru"] });
    assert.equal(error.metadata.get("retry-after"), "10");
    assert.equal((await grpc.addTask(first)).joined, true);
  });

  it("limits: a chat that adds faster than it may, and an address for all of its chats, are told when to come again", async () => {
    clock.ms += 60_000;
    const http = client(createConnectTransport({ baseUrl: api.httpUrl, httpVersion: "1.1" }));
    const { results } = await http.addTasks({ requests: Array.from({ length: 9 }, () => wanted("b")) });
    const answers = results.map(({ result }) => (result.case === "error" ? result.value.message : result.case));
    assert.deepEqual(
      answers.slice(0, 4),
      Array.from({ length: 4 }, () => "response"),
    );
    assert.match(answers[4] ?? "", /^too many links of this chat wait/);
    assert.deepEqual(answers.slice(6), [
      "this chat adds too many links: at most 6 a minute; try again in 10 s",
      "this chat adds too many links: at most 6 a minute; try again in 20 s",
      "this chat adds too many links: at most 6 a minute; try again in 30 s",
    ]);
    for (let chat = 0; chat < 6; chat += 1) await http.addTask(wanted(`c${chat}`));
    const error = await refusal(http.addTask(wanted("d")));
    assert.equal(error.rawMessage, "this address adds too many links: at most 12 a minute; try again in 5 s");
    assert.deepEqual(told(error), {
      seconds: 5,
      reason: "ADDS_PER_MINUTE",
      holder: "127.0.0.1",
      languages: ["en", "ru"],
    });
    clock.ms += 5000;
    assert.ok((await http.addTask(wanted("d"))).task);
    await refusal(http.addTask(wanted("d")));
  });

  it("limits: JSON tells the seconds in a header and the details in words; nothing is refused for a preview", async () => {
    const ask = async (validateOnly: boolean) =>
      await fetch(`${api.httpUrl}/dwld.v1.DownloadService/AddTask`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...wanted("a"), validateOnly }),
      });
    const answer = await ask(false);
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("retry-after"), "5");
    const body = (await answer.json()) as { details: { type: string; debug: unknown }[] };
    assert.deepEqual(body.details[0]?.debug, { retryDelay: "5s" });
    assert.equal((await ask(true)).status, 200);
  });

  it("limits: refusals are counted by limit, and told by the status; they are logged once a minute each", async () => {
    const { limits: status } = await client(createGrpcTransport({ baseUrl: api.grpcUrl })).getStatus({});
    assert.deepEqual(
      status.map(({ subject, name, most, refusedCount }) => [subject, name, Number(most), Number(refusedCount)]),
      [
        ["address", "connections", 500, 0],
        ["address", "streams", 400, 0],
        ["address", "addsPerMinute", 12, 3],
        ["chat", "addsPerMinute", 6, 3],
        ["chat", "waitingTasks", 4, 3],
        ["chat", "playlistEntries", 100, 0],
      ],
    );
    assert.deepEqual(
      status.map(({ lastRefusedTime }) => lastRefusedTime !== undefined),
      [false, false, true, true, true, false],
    );
    assert.equal(warnings.length, 3);
    assert.match(warnings[0] ?? "", /"holder":"a".*"a limit was reached"/);
  });
});
