import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FtpServer } from "../ftp-server.ts";
import type { FtpScript } from "./ftp-script.ts";
import { serveFtpSession } from "./ftp-session.ts";

/** The features of a real server without TLS. */
type Likeness = Pick<FtpServer, "host" | "port" | "user" | "password" | "root" | "directory" | "configuration">;

export interface ScriptedFtpServer extends Likeness, AsyncDisposable {
  /** Its faults from now on. */
  script: FtpScript;
  /** The commands of all sessions, without passwords. */
  readonly commands: string[];
}

/**
 * An FTP server on loopback that behaves well except for its script: for faults that no real server shows on demand. Its
 * files are real.
 */
export async function startScriptedFtp(script: FtpScript = {}): Promise<ScriptedFtpServer> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-scripted-ftp-"));
  const jail = join(folder, "jail");
  const root = join(jail, "videos");
  const passwordFile = join(folder, "password");
  const account = { user: "dwld", password: "a password for tests" };
  await mkdir(root, { recursive: true });
  await writeFile(passwordFile, `${account.password}\n`, { mode: 0o600 });
  const sockets = new Set<Socket>();
  const world = { jail, account, script, commands: [] as string[] };
  const listener = createServer((socket) => {
    sockets.add(socket);
    // An error of a connection ends its session alone.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    serveFtpSession(socket, world).catch(() => socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const address = { host: "127.0.0.1", port, directory: "/videos" };
  return {
    ...address,
    ...account,
    root,
    configuration: { enabled: true, ...address, user: account.user, passwordFile, tls: { mode: "none" } },
    commands: world.commands,
    get script() {
      return world.script;
    },
    set script(next) {
      world.script = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(listener, "close");
      listener.close();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
