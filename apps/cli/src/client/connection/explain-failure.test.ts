import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import { describe, test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { BadRequestSchema, DownloadService } from "@dwld/rpc";
import { classifyFailure, SilentServerError } from "./call-failure.ts";
import { connectTo } from "./client.ts";
import { explainFailure } from "./explain-failure.ts";

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const page = (status: number, type: string, body: string): net.Server =>
  http.createServer((_request, response) => {
    response.writeHead(status, { "content-type": type }).end(body);
  });
const refusing = (error: ConnectError): net.Server =>
  http.createServer(
    connectNodeAdapter({
      routes: (router) => {
        router.service(DownloadService, {
          getStatus: () => {
            throw error;
          },
        });
      },
    }) as Answer,
  );
const violations = (...fieldViolations: { field: string; description: string }[]): ConnectError =>
  new ConnectError("invalid", Code.InvalidArgument, undefined, [
    { desc: BadRequestSchema, value: { fieldViolations } },
  ]);

const cases: [what: string, server: net.Server, kind: string, expected: RegExp][] = [
  [
    "a page of something else",
    page(200, "text/html", "<html>"),
    "foreign",
    /^what answers at URL is not the api of dwld \(unsupported content type text\/html\)\. The address of api\.http is needed$/,
  ],
  [
    "a refusal without a word",
    refusing(new ConnectError("", Code.Unauthenticated)),
    "answered",
    /^the api answered Unauthenticated\. dwld login stores a token$/,
  ],
  [
    "no such page",
    page(404, "text/html", "<html>"),
    "foreign",
    /^what answers at URL is not the api of dwld \(HTTP 404\)/,
  ],
  [
    "no such page, in JSON",
    page(404, "application/json", '{"error":"no"}'),
    "foreign",
    /^what answers at URL is not the api of dwld \(it does not know the service\)/,
  ],
  [
    "JSON of something else",
    page(200, "application/json", "{}"),
    "foreign",
    /not the api of dwld \(unsupported content type application\/json\)/,
  ],
  ["nonsense", page(200, "application/proto", "garbage"), "foreign", /not the api of dwld \(parse binary/],
  ["a redirection", page(301, "text/html", ""), "foreign", /\(HTTP 301\)/],
  [
    "a name that the api does not answer to",
    page(403, "text/plain", "no"),
    "foreign",
    /^URL refuses to be called by this name \(HTTP 403\): it must stand in api\.hosts$/,
  ],
  [
    "a proxy whose api is away",
    page(502, "text/html", "<html>"),
    "busy",
    /^URL is busy or shutting down \(HTTP 502\)$/,
  ],
  [
    "the port for gRPC",
    http2.createServer(),
    "foreign",
    /^URL does not speak HTTP\/1\.1\. The address of api\.http is needed, not the one for gRPC/,
  ],
  [
    "a port of another protocol",
    net.createServer((socket) => socket.on("error", () => undefined).end("SSH-2.0-x\r\n")),
    "foreign",
    /^URL does not speak HTTP\/1\.1/,
  ],
  [
    "a server that resets",
    net.createServer((socket) => socket.on("error", () => undefined).once("data", () => socket.resetAndDestroy())),
    "broken",
    /^the connection to URL broke off \(read ECONNRESET\)$/,
  ],
  [
    "a server that hangs up",
    net.createServer((socket) => socket.on("error", () => undefined).once("data", () => socket.end())),
    "broken",
    /^the connection to URL broke off \(socket hang up\); if it speaks TLS, write https:\/\/$/,
  ],
  [
    "an answer cut short",
    http.createServer((_request, response) => {
      response
        .writeHead(200, { "content-type": "application/proto", "content-length": 100 })
        .write("abc", () => response.socket?.destroy());
    }),
    "broken",
    /^the connection to URL broke off \(aborted\)$/,
  ],
  ["a server that says nothing", http.createServer(() => undefined), "unreached", /^no answer from URL in time$/],
  [
    "fields that break rules",
    refusing(
      violations({ field: "link", description: "must be http" }, { field: "chat_id", description: "at most 64" }),
    ),
    "answered",
    /^link: must be http; chat_id: at most 64$/,
  ],
  [
    "an escape sequence in a refusal",
    refusing(new ConnectError("no \u001b[31mtask\u001b[0m", Code.NotFound)),
    "answered",
    /^no task$/,
  ],
  [
    "a refusal without words",
    refusing(new ConnectError("", Code.PermissionDenied)),
    "answered",
    /^the api answered PermissionDenied$/,
  ],
  [
    "a busy database",
    refusing(new ConnectError("the database is busy", Code.Unavailable)),
    "busy",
    /^URL is busy or shutting down \(the database is busy\)$/,
  ],
  [
    "an error of the api",
    refusing(new ConnectError("request 7f3a", Code.Internal)),
    "answered",
    /^the api failed: request 7f3a$/,
  ],
];

describe("explain failure: one line", { concurrency: true, timeout: 60_000 }, () => {
  for (const [what, server, kind, expected] of cases) {
    test(what, async () => {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
      try {
        const error: unknown = await connectTo(url)
          .client.getStatus({}, { timeoutMs: 5000 })
          .then(
            () => assert.fail("it was answered"),
            (thrown: unknown) => thrown,
          );
        assert.equal(classifyFailure(error), kind);
        assert.match(explainFailure(error, url).replaceAll(url, "URL"), expected);
      } finally {
        server.close();
        if (server instanceof http.Server) server.closeAllConnections();
      }
    });
  }

  const unreached: [url: string, expected: RegExp][] = [
    [
      "http://127.0.0.1:1",
      /^no answer from URL: connection refused\. Is the api running\? \(dwld up, or systemctl status dwld-api\)$/,
    ],
    ["http://nosuch.invalid:1", /^no answer from URL: (no such host|the host's name could not be looked up)$/],
  ];
  for (const [url, expected] of unreached) {
    test(url, async () => {
      const error: unknown = await connectTo(url)
        .client.getStatus({})
        .catch((thrown: unknown) => thrown);
      assert.equal(classifyFailure(error), "unreached");
      assert.match(explainFailure(error, url).replaceAll(url, "URL"), expected);
    });
  }

  test("explain failure: TLS with a port that has none", async () => {
    await using server = page(200, "text/html", "");
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
    const error: unknown = await connectTo(url)
      .client.getStatus({})
      .catch((thrown: unknown) => thrown);
    assert.match(
      explainFailure(error, url).replaceAll(url, "URL"),
      /^no answer from URL: it does not speak TLS; write http:\/\/$/,
    );
  });

  test("explain failure: silence on a stream", () => {
    assert.equal(
      explainFailure(new SilentServerError(15_000), "URL"),
      "the connection to URL broke off (nothing heard for 15 s)",
    );
  });
});
