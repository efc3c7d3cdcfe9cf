import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { after, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { eventually } from "@dwld/timing/testing";
import { type CacheServer, type CacheTimeouts, openCacheServer } from "./cache-server.ts";
import { openProgressCache } from "./progress-cache.ts";
import { parseServerAddress } from "./server-address.ts";

const servers: Server[] = [];
const caches: CacheServer[] = [];
after(() => {
  for (const cache of caches) cache.close();
  for (const server of servers) server.close();
});

/** Serves as a memcached that does what `handle` does. */
async function serve(handle: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    handle(socket);
  });
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

function open(address: string, timeouts?: Partial<CacheTimeouts>): CacheServer {
  const cache = openCacheServer(parseServerAddress(address), {
    answerMs: 20,
    cooldownMs: 0,
    probeMs: 40,
    ...timeouts,
  });
  caches.push(cache);
  return cache;
}

/** A response of memcached's binary protocol. */
function response(
  fields: { opcode?: number; status?: number; opaque?: number; length?: number; keyLength?: number },
  body = "",
): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt8(0x81, 0);
  header.writeUInt8(fields.opcode ?? 0, 1);
  header.writeUInt16BE(fields.keyLength ?? 0, 2);
  header.writeUInt16BE(fields.status ?? 0, 6);
  header.writeUInt32BE(fields.length ?? body.length, 8);
  header.writeUInt32BE(fields.opaque ?? 0, 12);
  return Buffer.concat([header, Buffer.from(body)]);
}

/** Answers each request with "here". Requests arrive whole. */
function answering(socket: Socket): void {
  socket.on("data", (request) => {
    for (let at = 0; at + 24 <= request.length; at += 24 + request.readUInt32BE(at + 8)) {
      socket.write(response({ opaque: request.readUInt32BE(at + 12) }, "here"));
    }
  });
}

test("cache server: a connection closed in good order leaves no call pending", async () => {
  let mute = false;
  const address = await serve((socket) => {
    answering(socket);
    socket.prependListener("data", () => {
      if (!mute) return;
      socket.removeAllListeners("data");
      socket.end();
    });
  });
  const cache = open(address);
  await eventually("it answers", async () => (await cache.get("k"))?.toString() === "here");
  mute = true;
  assert.deepEqual(await Promise.all([cache.get("a"), cache.get("b"), cache.set("c", "1", 1)]), [
    undefined,
    undefined,
    undefined,
  ]);
  mute = false;
  await eventually("it answers again", async () => (await cache.get("k"))?.toString() === "here");
  assert.equal(cache.state(), "ok");
});

test("cache server: concurrent calls share one probe", async () => {
  let requests = 0;
  const address = await serve((socket) => socket.on("data", () => requests++));
  const cache = open(address, { probeMs: 5000 });
  await Promise.all(Array.from({ length: 50 }, async () => await cache.get("k")));
  await eventually("it is asked", () => requests > 0);
  await Promise.all(Array.from({ length: 50 }, async () => await cache.get("k")));
  assert.equal(requests, 1);
});

test("cache server: after a failure it is not asked until the pause is over", async () => {
  let connections = 0;
  const address = await serve((socket) => {
    connections++;
    socket.destroy();
  });
  const cache = open(address, { cooldownMs: 60_000 });
  await eventually("its failure is known", () => /closed the connection|does not answer/.test(cache.state()));
  for (let call = 0; call < 50; call++) assert.equal(await cache.get("k"), undefined);
  assert.equal(connections, 1);
});

test("cache server: a long series of answers, each in time, is no silence", async () => {
  const address = await serve((socket) => {
    let late = 0;
    // Each a little later than the last, so that there is never a moment without a call under way.
    socket.on("data", (request) => {
      for (let at = 0; at + 24 <= request.length; at += 24 + request.readUInt32BE(at + 8)) {
        const answer = response({ opaque: request.readUInt32BE(at + 12) }, "here");
        setTimeout(() => socket.write(answer), 10 + (late++ % 10) * 3);
      }
    });
  });
  const cache = open(address, { answerMs: 300, probeMs: 5000, cooldownMs: 60_000 });
  await eventually("it answers", async () => (await cache.get("k")) !== undefined);
  const startMs = performance.now();
  const chain = async (): Promise<void> => {
    while (performance.now() - startMs < 1000) assert.equal((await cache.get("k"))?.toString(), "here");
  };
  await Promise.all(Array.from({ length: 10 }, chain));
});

test("cache server: one that never answers is left without open connections", async () => {
  let seen = 0;
  let mostOpen = 0;
  let openNow = 0;
  const address = await serve((socket) => {
    seen++;
    openNow++;
    mostOpen = Math.max(mostOpen, openNow);
    socket.on("close", () => openNow--).resume();
  });
  const cache = open(address);
  await eventually("ten connections were tried", async () => {
    await cache.get("k");
    return seen >= 10;
  });
  assert.ok(mostOpen <= 3, `${mostOpen} connections at once`);
  cache.close();
  await eventually("all are closed", () => openNow === 0);
});

test("cache server: a name without an address and a closed port have their own reasons", async () => {
  const unknown = open("nowhere.invalid:11211");
  await eventually(
    "the name has its reason",
    () => unknown.state() === "memcached at nowhere.invalid:11211 has a name that leads to no address",
  );
  const closed = open("127.0.0.1:1");
  await eventually(
    "the port has its reason",
    () => closed.state() === "memcached at 127.0.0.1:1 refuses connections: is it running?",
  );
});

test("cache server: once closed it is absent, and lets the process end although the server is silent", async () => {
  const address = await serve((socket) => socket.resume());
  const script = `import { openProgressCache } from ${JSON.stringify(new URL("progress-cache.ts", import.meta.url).href)};
    const cache = openProgressCache(["${address}"]);
    const call = cache.get(["a"]);
    cache.close();
    console.log((await call).size, (await cache.get(["a"])).size, cache.state());
    await cache.put("a", {}); cache.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[output], [status]] = (await Promise.all([once(child.stdout, "data"), once(child, "exit")])) as [
    [Buffer],
    [number],
  ];
  assert.equal(output.toString(), "0 0 closed\n");
  assert.equal(status, 0);
});

test("progress cache: without servers everything is absent, and the state says so", async () => {
  const cache = openProgressCache([]);
  await cache.put("a", { doneBytes: 1, step: "x", updatedAtMs: 1 });
  await cache.remove("a");
  assert.equal((await cache.get(["a"])).size, 0);
  assert.equal(cache.state(), "no memcached is configured");
});

const garbage: Record<string, (request: Buffer) => Buffer | string> = {
  "the text protocol": () => "ERROR\r\n",
  HTTP: () => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
  zeros: () => Buffer.alloc(4096),
  "a body that never ends": (request) =>
    response({ opaque: request.readUInt32BE(12), length: 0xffffffff }, "x".repeat(1000)),
  "a key longer than the body": (request) => response({ opaque: request.readUInt32BE(12), keyLength: 500 }),
  "an unknown status": (request) => response({ opaque: request.readUInt32BE(12), status: 0x7777 }),
  "a refused login": (request) => response({ opaque: request.readUInt32BE(12), status: 0x20 }),
  "a list of logins": () => response({ opcode: 0x20 }),
  "a login that was not asked for": () => response({ opcode: 0x21 }),
  "another's answer": () => response({ opaque: 0xfffffff0 }, "here"),
  "half a header": () => response({}).subarray(0, 23),
};

for (const [name, answer] of Object.entries(garbage)) {
  test(`cache server: survives ${name} in place of an answer`, async () => {
    let asked = 0;
    const address = await serve((socket) =>
      socket.on("data", (request) => {
        asked++;
        if (request.length >= 24) socket.write(answer(request));
      }),
    );
    const cache = open(address, { answerMs: 5, probeMs: 10 });
    const got: unknown[] = [];
    await eventually("it was asked five times", async () => {
      got.push(await cache.get("k"));
      await cache.set("k", "v", 1);
      return asked >= 5;
    });
    assert.deepEqual(new Set(got), new Set([undefined]));
  });
}

test("cache server: survives noise", async () => {
  let asked = 0;
  // Noise that is the same in every run, from a generator by Park and Miller.
  let seed = 42;
  const noise = (length: number): Buffer =>
    Buffer.from(Array.from({ length }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff));
  const address = await serve((socket) =>
    socket.on("data", (request) => {
      const header = noise(24);
      // Half of the answers belong to the request, with a body of possible size.
      if (asked++ % 2 === 0 && request.length >= 24) {
        header.writeUInt32BE(request.readUInt32BE(12), 12);
        header.writeUInt32BE(64, 8);
      }
      socket.write(Buffer.concat([header, noise(200)]));
    }),
  );
  const cache = open(address, { answerMs: 2, probeMs: 3 });
  await eventually("it was asked a hundred times", async () => {
    for (let call = 0; call < 100; call++) {
      await Promise.all([cache.get("a"), cache.set("b", "v", 1), cache.delete("c")]);
      await nextTurn();
    }
    return asked >= 100;
  });
});
