import type { OxlintOverride } from "oxlint";

/**
 * Who may import what: `oxlint.config.ts` makes lint rules of it, `fences.test.ts` proves that each of them holds.
 *
 * Apps import packages, packages import no package, clients import the contract alone. A library by which the program
 * reaches the outside (SQL, memcached, FTP, other programs) has one home, so that there is one place to look at.
 */

/** What the fences are about. Anything else may be imported by whoever declares it as a dependency. */
const dwldPackages = ["rpc", "queue", "progress", "daemon", "delivery", "text", "testbed"] as const;
const libraries = ["kysely", "better-sqlite3", "memjs", "basic-ftp", "execa", "node:child_process"] as const;

/** The part of @connectrpc/connect-node that serves; the rest of it is for clients. */
const serverSide = ["connectNodeAdapter", "universalRequestFromNodeRequest", "universalResponseToNodeResponse"];

/** A package, or one of its entry points. */
type DwldImport = (typeof dwldPackages)[number] | "queue/process-identity";

type Permit = {
  readonly dwld?: readonly DwldImport[];
  readonly libraries?: readonly (typeof libraries)[number][];
  readonly serves?: boolean;
  readonly tests?: boolean;
  /** Rooms beside this one that stand above it. */
  readonly above?: readonly string[];
};

/** The rooms of the queue from the ground up: each imports those below it. A backup knows the table alone. */
const queueRooms = ["table", "task", "lease", "download", "delivery", "backup"] as const;

function queuePermits(): Record<string, Permit> {
  const queue: Permit = { libraries: ["kysely", "better-sqlite3"] };
  const rooms = queueRooms.map((room, floor): [string, Permit] => [
    `packages/queue/src/${room}`,
    { ...queue, above: room === "backup" ? queueRooms.slice(1, floor) : queueRooms.slice(floor + 1) },
  ]);
  return { "packages/queue": queue, ...Object.fromEntries(rooms) };
}

/** A folder, and what its code may import of the above. The more exact folder decides, so it stands further down. */
const permits: Record<string, Permit> = {
  packages: {},
  ...queuePermits(),
  "packages/progress": { libraries: ["memjs"] },
  // For systemd-notify.
  "packages/daemon": { libraries: ["node:child_process"] },
  // What is true of any destination; FTP itself is the sender's.
  "packages/delivery": { dwld: ["queue", "progress", "daemon", "text"] },
  apps: { dwld: ["rpc"] },
  "apps/api": { dwld: ["rpc", "queue", "progress", "daemon", "text"], serves: true },
  // Reads the first dwld's database, whose names are not for the queue; the task table is reached through the queue.
  "apps/api/src/import-legacy": { dwld: ["queue", "daemon", "rpc", "text"], libraries: ["better-sqlite3"] },
  // A client of the contract still: what it shows is a stranger's text, which is cleaned in one way everywhere.
  "apps/cli": { dwld: ["rpc", "text"] },
  "apps/worker": { dwld: ["queue", "progress", "daemon", "delivery", "text"], libraries: ["execa"] },
  "apps/ftp-sender": { dwld: ["queue", "progress", "daemon", "delivery", "text"], libraries: ["basic-ftp"] },
  "apps/doctor": { dwld: ["queue", "progress", "daemon"], libraries: ["execa"] },
  // Who a process is, and nothing of the table.
  "apps/up": { dwld: ["daemon", "queue/process-identity"], libraries: ["execa"] },
  "apps/bot-example": { dwld: ["rpc"], serves: true },
  bench: {
    dwld: ["rpc", "queue", "testbed"],
    libraries: ["better-sqlite3", "execa", "node:child_process"],
    serves: true,
    tests: true,
  },
  chaos: { dwld: ["rpc", "queue", "testbed"], libraries: ["better-sqlite3"], tests: true },
  testbed: { dwld: ["rpc"], libraries: ["execa", "basic-ftp", "node:child_process"], serves: true, tests: true },
};

/** Where tests are, and what only tests import. */
export const testFiles = ["*.test.ts", "testing/**", "fixture/**", "fixtures/**"];

/** A test may also start programs and serve; that of an app may use the testbed and be a client. */
function permitOfTests(folder: string, { dwld = [], libraries: permitted = [] }: Permit): Permit {
  return {
    dwld: folder.startsWith("apps") || folder === "packages/delivery" ? [...dwld, "rpc", "testbed"] : dwld,
    libraries: [...permitted, "node:child_process"],
    serves: true,
    tests: true,
  };
}

/** Overrides for oxlint, where the last one that fits a file replaces the options of those before it. */
export function fences(): OxlintOverride[] {
  return Object.entries(permits).flatMap(([folder, permit]) => [
    { files: [`${folder}/**`], rules: rulesOf(permit) },
    { files: testFiles.map((files) => `${folder}/**/${files}`), rules: rulesOf(permitOfTests(folder, permit)) },
  ]);
}

function rulesOf({
  dwld = [],
  libraries: permitted = [],
  serves = false,
  tests = false,
  above = [],
}: Permit): NonNullable<OxlintOverride["rules"]> {
  const patterns = [
    ...dwldPackages
      .filter((name) => !dwld.includes(name))
      .map((name) => ({ name: `@dwld/${name}`, parts: dwld.filter((part) => part.startsWith(`${name}/`)) }))
      .map(({ name, parts }) => ({
        group: [name, `${name}/**`, ...parts.map((part) => `!@dwld/${part}`)],
        message: `${name} is not for this folder: see tools/fences.ts.`,
      })),
    ...libraries
      .filter((name) => !permitted.includes(name))
      .map((name) => ({ group: [name, `${name}/**`], message: `${name} has another home: see tools/fences.ts.` })),
    { group: ["@dwld/{api,bot-example,cli,ftp-sender,up,worker}"], message: "An app is started, never imported." },
    {
      regex: String.raw`^\.{1,2}/(.*/)?(src|packages|apps|testbed|tools|bench|node_modules)/`,
      message: "A relative import stays within its package; import the other by its name.",
    },
    {
      regex: String.raw`^\.{1,2}/(.*/)?(utils?|common|shared|helpers?|types|misc|lib)(/|\.ts$)`,
      message: "Name a file after the concept in it, and give a folder a responsibility.",
    },
    ...(above.length === 0 || tests
      ? []
      : [
          {
            regex: String.raw`^\.\./(${above.join("|")})/`,
            message: "That room stands above this one: see tools/fences.ts.",
          },
        ]),
    ...(tests ? [] : [{ regex: String.raw`^\.{1,2}/(.*/)?(testing|fixtures?)/`, message: "That is for tests alone." }]),
  ];
  const paths = [
    { name: "child_process", message: "Write node:child_process." },
    {
      name: "node:process",
      importNames: ["env", "argv"],
      message: "Write process.env, which another rule watches over.",
    },
    ...(serves
      ? []
      : [{ name: "@connectrpc/connect-node", importNames: serverSide, message: "Only api and bot-example serve." }]),
  ];
  return { "no-restricted-imports": ["error", { paths, patterns }] };
}
