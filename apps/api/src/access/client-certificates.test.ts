import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { TLSSocket } from "node:tls";
import { Code, createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { AccessService, DownloadService, Role } from "@dwld/rpc";
import { type ClientCertificate, makeClientAuthority, makeSelfSigned } from "@dwld/testbed";
import { ClientCertificates } from "./client-certificates.ts";
import type { Identity } from "./identity.ts";
import { serveApiOverTls } from "../testing/served-api.ts";
import { refusal } from "../testing/test-service.ts";

describe("client certificates", () => {
  let folder: string;
  let api: Awaited<ReturnType<typeof serveApiOverTls>>;
  let aheadMs = 0;
  const made: Record<string, ClientCertificate> = {};
  const serve = (trustedProxies: string[] = []) => {
    const listed = (name: string, role: "user" | "viewer", chats: string[] = []) => {
      const { fingerprint256: fingerprint } = new X509Certificate(made[name]?.cert ?? "");
      return { fingerprint, name, role, chats };
    };
    const clientCertificates = [
      listed("bot", "user", ["42"]),
      listed("monitor", "viewer"),
      listed("brief", "viewer"),
      listed("expired", "viewer"),
      listed("self-signed", "viewer"),
    ];
    const clients = { clientCaFile: join(folder, "authority.pem"), clientCertificates };
    return serveApiOverTls(
      { now: () => Date.now() + aheadMs },
      { clients, trustedProxies, hosts: ["127.0.0.1"], tokens: "required" },
    );
  };
  /** The transports of a client that presents the certificate: HTTP/2 and HTTP/1.1. */
  const transports = (name: string, token?: string, served = api): Transport[] => {
    const nodeOptions = { ca: served.ca, ...made[name] };
    const interceptors: Interceptor[] = [
      (next) => (call) => {
        if (token !== undefined) call.header.set("authorization", `Bearer ${token}`);
        return next(call);
      },
    ];
    return [
      createGrpcTransport({ baseUrl: served.grpcUrl, nodeOptions, interceptors }),
      createConnectTransport({ baseUrl: served.httpUrl, httpVersion: "1.1", nodeOptions, interceptors }),
    ];
  };
  const local = (served = api) =>
    createConnectTransport({
      baseUrl: "http://localhost",
      httpVersion: "1.1",
      nodeOptions: { socketPath: served.listeners.socket?.address },
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dwld-clients-"));
    const authority = await makeClientAuthority(folder);
    made["bot"] = await authority.sign("bot");
    made["monitor"] = await authority.sign("monitor");
    made["brief"] = await authority.sign("brief");
    made["unlisted"] = await authority.sign("bot");
    made["expired"] = await authority.sign("bot", "-not_before", "20200101000000Z", "-not_after", "20200201000000Z");
    made["self-signed"] = await makeSelfSigned("bot");
    api = await serve();
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  it("client certificates: a listed one has its role and chats, by gRPC over HTTP/2 and Connect over HTTP/1.1", async () => {
    for (const bot of transports("bot")) {
      const { identity } = await createClient(AccessService, bot).getIdentity({});
      assert.deepEqual([identity?.name, identity?.role, identity?.chatIds], ["bot", Role.USER, ["42"]]);
      assert.equal(
        Number(identity?.expireTime?.seconds) * 1000,
        new X509Certificate(made["bot"]?.cert ?? "").validToDate.getTime(),
      );
      const downloads = createClient(DownloadService, bot);
      assert.ok((await downloads.addTask({ link: "https://videos.example/own", chatId: "42" })).task);
      const other = await refusal(downloads.addTask({ link: "https://videos.example/other", chatId: "43" }));
      assert.equal(other.code, Code.PermissionDenied);
    }
    const admin = createClient(DownloadService, local());
    const { task } = await admin.addTask({ link: "https://videos.example/foreign", chatId: "43" });
    for (const bot of transports("bot")) {
      const foreign = await refusal(createClient(DownloadService, bot).getTask({ id: task?.id ?? "" }));
      assert.equal(foreign.code, Code.NotFound);
    }
    for (const monitor of transports("monitor")) {
      const downloads = createClient(DownloadService, monitor);
      assert.ok((await downloads.getTask({ id: task?.id ?? "" })).task);
      const denied = await refusal(downloads.addTask({ link: "https://videos.example/" }));
      assert.deepEqual(
        [denied.code, denied.rawMessage],
        [Code.PermissionDenied, "monitor has the role viewer, which does not allow AddTask"],
      );
      const session = await refusal(createClient(AccessService, monitor).createSession({}));
      assert.match(session.rawMessage, /the call has no token/);
    }
  });

  it("client certificates: one of the same name, unlisted, expired, of nobody's authority or none at all is refused by a sentence", async () => {
    const refused: [name: string, sentence: RegExp][] = [
      [
        "self-signed",
        /^the client certificate is none of this server's authority \(DEPTH_ZERO_SELF_SIGNED_CERT\): present/,
      ],
      ["unlisted", /^this server does not know the client certificate ([\dA-F]{2}:){31}[\dA-F]{2}: its admin adds it/],
      ["expired", /^the client certificate expired on 2020-02-01T00:00:00\.000Z: present a new one/],
      ["none", /^this server asks for a token: send it as/],
    ];
    for (const [name, sentence] of refused)
      for (const transport of transports(name)) {
        const downloads = createClient(DownloadService, transport);
        const unary = await refusal(downloads.getStatus({}));
        assert.equal(unary.code, Code.Unauthenticated, name);
        assert.match(unary.rawMessage, sentence);
        const streamed = await refusal(downloads.watchTasks({})[Symbol.asyncIterator]().next());
        assert.equal(streamed.code, Code.Unauthenticated, name);
      }
  });

  it("client certificates: a token beside one counts in its place, right or wrong", async () => {
    const { secret } = await createClient(AccessService, local()).createToken({
      name: "pages",
      role: Role.VIEWER,
    });
    for (const name of ["bot", "self-signed", "none"])
      for (const transport of transports(name, secret)) {
        const { identity } = await createClient(AccessService, transport).getIdentity({});
        assert.equal(identity?.name, "pages", name);
      }
    for (const transport of transports("bot", `${secret.slice(0, -1)}_`)) {
      const wrong = await refusal(createClient(AccessService, transport).getIdentity({}));
      assert.equal(wrong.code, Code.Unauthenticated);
      assert.match(wrong.rawMessage, /no whole token/);
    }
  });

  it("client certificates: a page of another port of this host cannot use that of its browser", async () => {
    const { port } = api.listeners.http.address;
    const from = async (origin: string) => {
      const call = request({
        ...{ port, host: "127.0.0.1", method: "POST", ca: api.ca, agent: false, ...made["monitor"] },
        path: "/dwld.v1.DownloadService/GetStatus",
        headers: { "content-type": "application/json", origin },
      });
      call.end("{}");
      const [response] = (await once(call, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    assert.equal(await from(`https://127.0.0.1:${port}`), 200);
    assert.equal(await from("https://127.0.0.1:1"), 401);
  });

  it("client certificates: a stream ends when its certificate expires", async () => {
    const [transport] = transports("brief");
    const endMs = new X509Certificate(made["brief"]?.cert ?? "").validToDate.getTime();
    aheadMs = endMs - Date.now() - 500;
    const watching = createClient(DownloadService, transport as Transport);
    const stream = watching.watchTasks({})[Symbol.asyncIterator]();
    await stream.next();
    const ended = await refusal(stream.next());
    aheadMs = 0;
    assert.equal(ended.code, Code.Unauthenticated);
    assert.match(ended.rawMessage, /^the client certificate expired on /);
  });

  it("client certificates: one whose row changes calls by the new one, and one without a row no more; streams of before end", () => {
    const certificate = new X509Certificate(made["monitor"]?.cert ?? "");
    const row = {
      fingerprint: certificate.fingerprint256,
      name: "monitor",
      role: "viewer" as Identity["role"],
      chats: [],
    };
    let listed = [row];
    const certificates = new ClientCertificates(() => listed, Date.now);
    const socket = { authorized: true, getPeerX509Certificate: () => certificate } as unknown as TLSSocket;
    const identity = () => {
      certificates.review();
      const found = certificates.find(socket);
      assert.ok(typeof found === "object");
      return found;
    };
    const first = identity();
    listed = [{ ...row }];
    assert.equal(identity(), first, "an equal row changes nothing");
    assert.ok(!first.ended.aborted);
    listed = [{ ...row, role: "user" }];
    const second = identity();
    assert.deepEqual([first.ended.aborted, second.role, second.ended.aborted], [true, "user", false]);
    listed = [];
    certificates.review();
    assert.ok(second.ended.aborted);
    const refused = certificates.find(socket);
    assert.match(typeof refused === "string" ? refused : "", /^this server does not know the client certificate/);
  });

  it("client certificates: that of a reverse proxy is not that of its clients", async (cleanup) => {
    const proxied = await serve(["127.0.0.1"]);
    cleanup.after(() => proxied.close());
    for (const transport of transports("monitor", undefined, proxied)) {
      const refused = await refusal(createClient(DownloadService, transport).getStatus({}));
      assert.match(refused.rawMessage, /^this server asks for a token/);
    }
  });
});
