import { type Architecture, callFilter, numberOf } from "./call-filter.ts";

/** The rights of a program inside. */
export type SandboxRules = {
  /** Files and folders; one that is not there is left out. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Ports that it may connect to; null: it may use the network as it was. */
  readonly ports: readonly number[] | null;
};

/** The kernel, as far as sandboxes depend on it. */
export type Kernel = {
  readonly architecture: Architecture;
  /** The version of Landlock's interface (landlock(7)). */
  readonly landlock: number;
};

/** Rights to files (linux/landlock.h). */
const toRead = { EXECUTE: 1, READ_FILE: 4, READ_DIR: 8 };
const toMake = { MAKE_DIR: 128, MAKE_REG: 256, MAKE_FIFO: 1024, MAKE_SYM: 4096, REFER: 8192 };
const toChange = { WRITE_FILE: 2, REMOVE_DIR: 16, REMOVE_FILE: 32, TRUNCATE: 16_384 };
const ioctlDevice = 32_768;
/** All that the first version knows: what is not granted is refused. */
const ofFirstVersion = (1 << 13) - 1;

const sum = (rights: Readonly<Record<string, number>>) => Object.values(rights).reduce((all, right) => all | right);
const mayRead = sum(toRead);
const mayWrite = mayRead | sum(toMake) | sum(toChange);

/** Versions since which Landlock knows a right, ports, and the scope of signals and abstract sockets. */
const since = { refer: 2, truncate: 3, ports: 4, ioctlDevice: 5, scope: 6 } as const;

/**
 * Returns a sandbox in the words that sandbox.pl and sandbox.py read: the number of prctl(2), struct landlock_ruleset_attr and
 * the filter of system calls in hexadecimal, and rules such as "13 /usr" or "tcp 40321".
 */
export function sandboxWords(rules: SandboxRules, { architecture, landlock }: Kernel): string[] {
  const handled =
    ofFirstVersion |
    (landlock >= since.refer ? toMake.REFER : 0) |
    (landlock >= since.truncate ? toChange.TRUNCATE : 0) |
    (landlock >= since.ioctlDevice ? ioctlDevice : 0);
  const ports = landlock >= since.ports ? rules.ports : null;
  // Bind and connect; abstract sockets and signals.
  const fields = [handled, ports === null ? 0 : 3, landlock >= since.scope ? 3 : 0];
  const known = landlock >= since.scope ? 3 : landlock >= since.ports ? 2 : 1;
  const attributes = Buffer.alloc(8 * known);
  for (const [index, field] of fields.slice(0, known).entries()) attributes.writeBigUInt64LE(BigInt(field), 8 * index);
  return [
    String(numberOf("prctl", architecture)),
    attributes.toString("hex"),
    callFilter(architecture, rules.ports !== null).toString("hex"),
    ...rules.read.map((path) => `${mayRead} ${path}`),
    ...rules.write.map((path) => `${mayWrite & handled} ${path}`),
    ...(ports ?? []).map((port) => `tcp ${port}`),
  ];
}
