import type { Wire } from "./wire.ts";

/** Sends an attack. `open` makes a connection, which is closed at its end; `seed` decides what is random. */
export type Attack = (open: () => Wire, seed: string) => Promise<void>;

/** Shown in the report. */
export type Attacks = Readonly<Record<string, Attack>>;

/** An attack of one connection for each of some beginnings. */
export function each(...beginnings: readonly (Buffer | string)[]): Attack {
  return async (open) => {
    for (const bytes of beginnings) await open().send(bytes);
  };
}

/** An attack that repeats bytes on one connection, until the server closes it. */
export function flood(beginning: Buffer | string, bytes: Buffer | string, times: number): Attack {
  return async (open) => {
    const wire = open();
    await wire.send(beginning);
    const repeated = Buffer.from(bytes);
    // In packets of about 64 kB.
    const perPacket = Math.max(1, Math.floor(65_536 / repeated.length));
    const packet = Buffer.concat(Array.from({ length: Math.min(perPacket, times) }, () => repeated));
    for (let sent = 0; sent < times && (await wire.send(packet)); sent += perPacket);
  };
}
