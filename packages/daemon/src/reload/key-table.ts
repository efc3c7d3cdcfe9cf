/** The processes that a person starts. */
export type ProcessName = "api" | "worker" | "ftp-sender" | "up";

type Row =
  /** The processes that use the key, and take a new value over while they run. */
  | { readonly reload: readonly ProcessName[] }
  /** The processes that use the key, and need a restart for it. `holds`: sections that stay as they are until then, too. */
  | { readonly restart: readonly ProcessName[]; readonly holds?: readonly string[] };

const apps = ["api", "worker", "ftp-sender"] as const;
const all = [...apps, "up"] as const;
const api = ["api"] as const;
const worker = ["worker"] as const;
const sender = ["ftp-sender"] as const;
const apiAndWorker = ["api", "worker"] as const;

/** With a new server, nothing of its section fits the old one. */
const ftpIdentity = { restart: apps, holds: ["ftp"] } as const;

/**
 * Every key of the configuration, and what a change of it takes. A row stands for all keys below it, unless they have one of
 * their own; `*` stands for a name.
 */
export const keyTable = {
  data: { restart: all },
  database: { restart: apps },
  "cache.servers": { restart: all },
  "api.listen": { restart: api },
  "api.http": { restart: api },
  "api.socket": { restart: api },
  "api.tokens": { reload: api },
  "api.plaintext": { restart: api },
  "api.hosts": { restart: apps },
  "api.trustedProxies": { restart: api },
  "api.tls": { restart: api },
  "api.tls.clientCertificates": { reload: api },
  limits: { reload: apiAndWorker },
  register: { reload: api },
  notify: { reload: api },
  "worker.downloads": { restart: apps },
  // The limit of sites that have none follows from it, which the api tells.
  "worker.parallel": { reload: apiAndWorker },
  "worker.shared": { restart: apps },
  "worker.minFreeBytes": { reload: apiAndWorker },
  "worker.maxWaitingBytes": { reload: apiAndWorker },
  "worker.allowPrivateHosts": { restart: worker },
  "worker.wall": { restart: worker },
  "worker.idleTimeoutSeconds": { reload: worker },
  "worker.minBytesPerSecond": { reload: worker },
  "worker.slowAfterSeconds": { reload: worker },
  "worker.maxMemoryBytes": { reload: worker },
  "worker.maxAttempts": { reload: apiAndWorker },
  "worker.maxTotalHours": { reload: apiAndWorker },
  "worker.thumbnails": { reload: worker },
  "worker.ytdlp": { restart: worker },
  stages: { reload: worker },
  // The network of the programs has a way to each proxy, which is made at the start. Without its proxy, no stage may run.
  "stages.*.proxy": { restart: worker, holds: ["stages", "sites"] },
  sites: { reload: apiAndWorker },
  "ftp.enabled": ftpIdentity,
  "ftp.host": ftpIdentity,
  "ftp.port": ftpIdentity,
  "ftp.user": { reload: sender },
  "ftp.passwordFile": { reload: sender },
  "ftp.directory": { reload: ["api", "ftp-sender"] },
  "ftp.path": { reload: ["api", "ftp-sender"] },
  "ftp.conflict": { reload: sender },
  "ftp.verify": { reload: sender },
  "ftp.tls": { reload: ["api", "ftp-sender"] },
  "ftp.parallel": { reload: sender },
  "ftp.idleTimeoutSeconds": { reload: sender },
  "ftp.giveUpAfterHours": { reload: ["api", "ftp-sender"] },
  "health.api": { restart: api },
  "health.worker": { restart: worker },
  "health.ftpSender": { restart: sender },
  "health.profiling": { restart: apps },
  "shutdown.graceSeconds": { reload: all },
  "history.keepDays": { reload: worker },
  host: { restart: apps },
  "hosts.lostAfterHours": { reload: apps },
  "log.level": { reload: all },
  "log.format": { restart: all },
} as const satisfies Readonly<Record<string, Row>>;

type Table = typeof keyTable;

/** The keys that have no fixed value while a process runs. */
export type ReloadableKey = { [Key in keyof Table]: Table[Key] extends { reload: unknown } ? Key : never }[keyof Table];

const rows: ReadonlyMap<string, Row> = new Map(Object.entries(keyTable));

/** Returns the row of a key: its own, or that of the nearest section around it. Undefined: the table lacks it. */
export function rowOf(path: readonly string[]): (Row & { readonly key: string }) | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = [...rows].find(([key]) => matches(key.split("."), path.slice(0, length)));
    if (found !== undefined) return { key: found[0], ...found[1] };
  }
  return undefined;
}

function matches(key: readonly string[], path: readonly string[]): boolean {
  return key.length === path.length && key.every((step, index) => step === "*" || step === path[index]);
}
