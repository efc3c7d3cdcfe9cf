import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll, startProgram, untilNoneLives, untilReady, type ForegroundProgram } from "./foreground-program.ts";
import { onFreePort } from "./free-port.ts";
import { talk } from "./talk.ts";

export interface MemcachedOptions {
  /** Default "socket": a UNIX socket in a temporary folder. */
  listen?: "socket" | "port";
  /** The address of the port; default 127.0.0.1. */
  host?: string;
  /** Default 16. */
  memoryMegabytes?: number;
}

export interface Memcached extends AsyncDisposable {
  /** For `cache.servers`: "unix:/path" or "host:port". */
  readonly server: string;
  /** Removes all entries. */
  flush(): Promise<void>;
  /** Ends the program. It is empty when it comes back at the same address. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Sends SIGSTOP: the kernel accepts connections and nobody answers, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Ends the program. */
  stop(): Promise<void>;
}

/** A real memcached. */
export async function startMemcached({
  listen = "socket",
  host = "127.0.0.1",
  memoryMegabytes = 16,
}: MemcachedOptions = {}): Promise<Memcached> {
  const folder = await mkdtemp(join(tmpdir(), "dwld-memcached-"));
  const path = join(folder, "memcached.sock");
  let port = 0;
  let program: ForegroundProgram;

  async function start(): Promise<void> {
    const address = listen === "socket" ? ["-s", path] : ["-l", host, "-p", String(port), "-U", "0"];
    // As root it needs the name of a user to change to.
    const user = process.getuid?.() === 0 ? ["-u", "root"] : [];
    program = startProgram(["memcached", "-m", String(memoryMegabytes), ...address, ...user]);
    const { pid } = program;
    await untilReady("memcached", program, () => talk(connect, "stats\r\n", new RegExp(`STAT pid ${pid}\r\n`)));
  }

  const connect = () => (listen === "socket" ? createConnection(path) : createConnection(port, host));

  async function goAway(): Promise<void> {
    killAll(program.marker);
    await untilNoneLives(program.marker);
    // memcached does not remove its socket.
    await rm(path, { force: true });
  }

  async function stop(): Promise<void> {
    await goAway();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    if (listen === "socket") await start();
    else await onFreePort((free) => ((port = free), start()));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    server: listen === "socket" ? `unix:${path}` : `${host}:${port}`,
    flush: async () => void (await talk(connect, "flush_all\r\n", /OK/)),
    goAway,
    comeBack: start,
    freeze: () => program.kill("SIGSTOP"),
    thaw: () => program.kill("SIGCONT"),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
