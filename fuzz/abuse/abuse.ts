import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:http2";
import { request as requestTls } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { Attack } from "./attack.ts";
import { http1Attacks } from "./http1-attacks.ts";
import { http2Attacks } from "./http2-attacks.ts";
import { type Target, Wire } from "./wire.ts";

/** A server that answers in more than this is down for its other callers. */
const answerWithinMs = 5000;

const path = "/dwld.v1.DownloadService/GetStatus";

/** Calls a method as an ordinary client does. Each returns the status: a server that asks for a token lives, too. */
const callers: Record<string, (target: Target) => Promise<number>> = {
  "HTTP/1.1": async ({ host, port, isTls = false }) => {
    const headers = { "content-type": "application/json" };
    const options = { host, port, path, method: "POST", headers, agent: false, timeout: answerWithinMs } as const;
    const sent = isTls ? requestTls({ ...options, rejectUnauthorized: false }) : request(options);
    sent.once("timeout", () => sent.destroy(new Error(`no answer within ${answerWithinMs} ms`)));
    sent.end("{}");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  },
  "HTTP/2": async ({ host, port, isTls = false }) => {
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const session = connect(`${isTls ? "https" : "http"}://${authority}`, { rejectUnauthorized: false });
    session.setTimeout(answerWithinMs, () => session.destroy(new Error(`no answer within ${answerWithinMs} ms`)));
    try {
      const broken = once(session, "close").then(() => Promise.reject(new Error("the connection ended")));
      broken.catch(() => undefined);
      const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/json" });
      stream.end("{}");
      const answered = once(stream, "response") as Promise<[Record<string, number>]>;
      const [headers] = await Promise.race([answered, broken]);
      return Number(headers[":status"]);
    } finally {
      session.destroy();
    }
  },
};
const attacksOf = { "HTTP/1.1": http1Attacks, "HTTP/2": http2Attacks };
/** The names of the protocols in a TLS handshake (RFC 7301). */
const alpnOf = { "HTTP/1.1": "http/1.1", "HTTP/2": "h2" };

export type Blow = {
  readonly protocol: string;
  readonly attack: string;
  /** Connections that the server had ended, those of which it read no more, and all that were opened. */
  readonly ended: number;
  readonly stalled: number;
  readonly opened: number;
  /** Time until an ordinary call was answered afterwards, ms. */
  readonly answerMs: number;
  /** The reason why it was not answered as before the attack. */
  readonly failure?: string;
};

export type AbuseOptions = {
  /** Decides what is random. */
  readonly seed: string;
  /** How long the connections of an attack stay open behind what they sent, ms, unless the server ends or stops reading all. */
  readonly lingerMs: (attack: string) => number;
  /** The attacks whose names hold this. */
  readonly only?: string;
};

/**
 * Attacks a server by each protocol that it answers, one attack after the other, and calls it as an ordinary client after
 * each. It asks for nothing that a server would keep.
 *
 * @throws Error if it answers by none before the first attack.
 */
export async function* abuse(target: Target, { seed, lingerMs, only = "" }: AbuseOptions): AsyncGenerator<Blow> {
  let spoken = 0;
  for (const [protocol, call] of Object.entries(callers)) {
    const before = await call(target).catch(() => undefined);
    if (before === undefined) continue;
    spoken += 1;
    for (const [attack, run] of Object.entries(attacksOf[protocol as keyof typeof attacksOf])) {
      if (!attack.includes(only)) continue;
      const open = () => new Wire(target, alpnOf[protocol as keyof typeof alpnOf]);
      const wires = await strike(open, run, { seed, lingerMs: lingerMs(attack) });
      const started = performance.now();
      const now = await call(target).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      yield {
        ...{ protocol, attack, ...wires, answerMs: Math.round(performance.now() - started) },
        ...(now === before ? {} : { failure: `an ordinary call got ${now}, and before the attack ${before}` }),
      };
    }
  }
  if (spoken === 0)
    throw new Error(
      `${target.host}:${target.port} answers neither HTTP/1.1 nor HTTP/2 ${target.isTls === true ? "over TLS" : "in the clear"}`,
    );
}

async function strike(connected: () => Wire, run: Attack, { seed, lingerMs }: { seed: string; lingerMs: number }) {
  const wires: Wire[] = [];
  const open = (): Wire => {
    const wire = connected();
    wires.push(wire);
    return wire;
  };
  await run(open, seed);
  // The connections are left as they are, so that the ordinary call comes beside them.
  const read = wires.filter((wire) => !wire.stalled);
  await Promise.race([Promise.all(read.map((wire) => wire.closed)), pause(lingerMs)]);
  const ended = wires.filter((wire) => !wire.open).length;
  const stalled = wires.filter((wire) => wire.open && wire.stalled).length;
  for (const wire of wires) wire[Symbol.dispose]();
  return { ended, stalled, opened: wires.length };
}
