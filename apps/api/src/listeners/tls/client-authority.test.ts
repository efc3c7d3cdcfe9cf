import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect, createServer, type TLSSocket } from "node:tls";
import { createLogger } from "@dwld/daemon";
import { makeCertificate, makeClientAuthority } from "@dwld/testbed";
import { ServerCertificate } from "./server-certificate.ts";

test("client certificates: their authority outlives an exchange of the server's certificate, and its own counts at once", async (cleanup) => {
  const folder = await mkdtemp(join(tmpdir(), "dwld-authority-"));
  const files = await makeCertificate(folder);
  const authority = await makeClientAuthority(folder);
  const client = await authority.sign("bot");
  const certificate = new ServerCertificate(
    { ...files, clientCaFile: authority.file, minVersion: "TLSv1.3" },
    { logger: createLogger({ level: "info", app: "api" }, { write: () => undefined }), now: Date.now },
  );
  const server = createServer(certificate.context, (socket) => socket.end(JSON.stringify(socket.authorized)));
  certificate.keep(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanup.after(async () => {
    certificate.close();
    server.close();
    await rm(folder, { recursive: true });
  });
  let session: Buffer | undefined;
  const call = async (resumed?: Buffer) => {
    const { port } = server.address() as AddressInfo;
    const given = resumed === undefined ? {} : { session: resumed };
    const socket: TLSSocket = connect({ port, host: "127.0.0.1", ...client, ...given, rejectUnauthorized: false });
    socket.on("session", (ticket: Buffer) => (session = ticket));
    const [answer] = (await once(socket, "data")) as [Buffer];
    const isResumed = socket.isSessionReused();
    await once(socket, "close");
    return { isAuthorized: String(answer) === "true", isResumed };
  };
  assert.deepEqual(await call(), { isAuthorized: true, isResumed: false });

  const next = await makeCertificate(await mkdtemp(join(folder, "next-")), { isAnother: true });
  await rename(next.certificateFile, files.certificateFile);
  await rename(next.keyFile, files.keyFile);
  certificate.read();
  assert.deepEqual(await call(), { isAuthorized: true, isResumed: false });
  assert.deepEqual(await call(session), { isAuthorized: true, isResumed: true });

  const other = await makeClientAuthority(await mkdtemp(join(folder, "other-")));
  assert.notDeepEqual(await readFile(other.file), await readFile(authority.file));
  await rename(other.file, authority.file);
  certificate.read();
  assert.deepEqual(await call(session), { isAuthorized: false, isResumed: false }, "a session of before");
});
