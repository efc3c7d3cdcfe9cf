import type { OxlintOverride } from "oxlint";

/**
 * The imports that each folder may have. `oxlint.config.ts` makes lint rules of it, and `fences.test.ts` proves that each of them holds.
 *
 * Apps import packages, packages import those on a floor below, clients import no package that knows this machine, and
 * `dwld` imports the apps that it runs. Each library that reaches the outside (SQL, memcached, FTP, other programs) has one
 * home, so that there is one place to look.
 */

/** The packages from the ground up: each imports those on the floors below it, and none beside it. */
const packageFloors = [
  ["layout", "limits", "options", "text", "timing"],
  ["rpc", "daemon", "progress", "queue"],
  ["delivery"],
] as const;

/** The imports that the fences restrict. A package may import anything else that it declares as a dependency. */
const dwldPackages = [...packageFloors.flat(), "testbed", "fuzz"] as const;
const libraries = ["kysely", "better-sqlite3", "pg", "memjs", "basic-ftp", "execa", "node:child_process"] as const;

const appNames = "api,bot-example,cli,ftp-sender,up,web,worker";

/** The part of @connectrpc/connect-node that serves; the rest of it is for clients. */
const serverSide = ["connectNodeAdapter", "universalRequestFromNodeRequest", "universalResponseToNodeResponse"];

/** A package, or one of its entry points. */
type DwldImport = (typeof dwldPackages)[number] | "daemon/process" | "queue/process-identity" | "timing/testing";

type Permit = {
  readonly dwld?: readonly DwldImport[];
  readonly libraries?: readonly (typeof libraries)[number][];
  readonly serves?: boolean;
  readonly tests?: boolean;
  /** Further packages for tests alone. */
  readonly dwldOfTests?: readonly DwldImport[];
  /** Set for a room: the rooms beside it and above it, which it may not import. */
  readonly above?: readonly string[];
  /** Entry points of apps, for the command that runs them. */
  readonly apps?: readonly string[];
};

/** The libraries of each package. */
const packageLibraries: Record<string, Permit["libraries"]> = {
  queue: ["kysely", "better-sqlite3", "pg"],
  progress: ["memjs"],
  // For systemd-notify.
  daemon: ["node:child_process"],
  // For mv, on file systems without hard links.
  delivery: ["node:child_process"],
};

function packagePermits(): Record<string, Permit> {
  const permitsOfFloor = packageFloors.map((names, floor) => {
    const dwld = packageFloors.slice(0, floor).flat();
    return names.map((name): [string, Permit] => [
      `packages/${name}`,
      { dwld, libraries: packageLibraries[name] ?? [] },
    ]);
  });
  return Object.fromEntries(permitsOfFloor.flat());
}

/** The rooms of the daemon, from the ground up. */
const daemonRooms = [
  ["logger", "network"],
  ["profiling", "metrics"],
  ["configuration"],
  ["reload"],
  ["process-life", "host"],
  ["health"],
];

/** The rooms of the queue, from the ground up. A copy knows the store alone. */
const queueRooms = [
  ["store"],
  ["access", "sites", "copy", "hosts", "outbox", "ytdlp"],
  ["notices", "tasks"],
  ["leases"],
  ["attempts", "remote-files"],
  ["runner"],
];

/** The rooms of the api, from the ground up. The legacy contract is an adapter over all others. */
const apiRooms = [
  ["limits", "machine", "rules"],
  ["access"],
  ["wait"],
  ["messages", "metrics"],
  ["notify", "page", "registration", "watch"],
  ["access-service", "download-service", "listeners"],
  ["services"],
  ["legacy"],
];

/** The rooms of a delivery, from the ground up. */
const deliveryRooms = [["destination", "names"], ["source"], ["deliver"]];

/** The rooms of the page, from the ground up. */
const webRooms = [
  ["storage"],
  ["ui", "words", "route"],
  ["connection"],
  ["tasks", "charts"],
  ["add", "house", "list", "login", "task", "ways-in"],
  ["app"],
];

/** The rooms of the worker, from the ground up. */
const workerRooms = [
  ["egress", "disk", "sandbox"],
  ["process", "failure"],
  ["ytdlp", "media", "cookies"],
  ["workdir", "stages", "releases"],
  ["ytdlp-versions"],
  ["attempt"],
];

/** The rooms of a folder: each imports those on the floors below it. The files of the folder itself wire the rooms. */
function roomPermits(folder: string, permit: Permit, floors: readonly (readonly string[])[]): Record<string, Permit> {
  const rooms = floors.flatMap((names, floor) =>
    names.map((room): [string, Permit] => [
      `${folder}/${room}`,
      {
        ...permit,
        above: floors
          .slice(floor)
          .flat()
          .filter((other) => other !== room),
      },
    ]),
  );
  return Object.fromEntries(rooms);
}

const ground = packageFloors[0];
const ofPackages = packagePermits();
const ofApi: Permit = { dwld: ["rpc", "queue", "progress", "daemon", ...ground], serves: true };
const ofApiRooms = roomPermits("apps/api/src", ofApi, apiRooms);
const ofSender: Permit = { dwld: ["queue", "progress", "daemon", "delivery", ...ground], libraries: ["basic-ftp"] };
const ofWorker: Permit = { dwld: ["queue", "progress", "daemon", "delivery", ...ground], libraries: ["execa"] };

// Tests fill the table with states that real runs seldom reach.
const ofWeb: Permit = { dwld: ["rpc", "options", "text", "timing"], dwldOfTests: ["queue"] };

/** The permit of each folder. The more exact folder decides, so it stands further down. */
const permits: Record<string, Permit> = {
  packages: {},
  ...ofPackages,
  ...roomPermits("packages/daemon/src", ofPackages["packages/daemon"] ?? {}, daemonRooms),
  ...roomPermits("packages/queue/src", ofPackages["packages/queue"] ?? {}, queueRooms),
  ...roomPermits("packages/delivery/src", ofPackages["packages/delivery"] ?? {}, deliveryRooms),
  apps: { dwld: ["rpc", ...ground] },
  "apps/api": ofApi,
  ...ofApiRooms,
  // Mail goes out by the sendmail program of the machine.
  "apps/api/src/notify": { ...ofApiRooms["apps/api/src/notify"], libraries: ["node:child_process"] },
  // Reads the first dwld's database, whose names are not for the queue; the task table is reached through the queue.
  "apps/api/src/legacy/import": { dwld: ["queue", "daemon", "rpc", ...ground], libraries: ["better-sqlite3"] },
  // The program itself imports its commands and commander.
  "apps/cli": { dwld: ["layout"] },
  "apps/cli/src/command-line": { above: ["client", "machine", "processes"] },
  // A client of the contract; it shows text of strangers, which is cleaned in one way everywhere.
  "apps/cli/src/client": { dwld: ["rpc", ...ground], above: ["machine", "processes"] },
  // Commands that work on this machine without an api. They import code of an app from its entry points.
  "apps/cli/src/machine": {
    dwld: ["queue", "progress", "daemon", "delivery", ...ground],
    libraries: ["execa"],
    above: ["client", "processes"],
    apps: [
      "api/import-legacy",
      "ftp-sender/ftp",
      "up/logs",
      "up/running",
      "worker/explain",
      "worker/walls-report",
      "worker/ytdlp-report",
      "worker/ytdlp-versions",
    ],
  },
  "apps/cli/src/processes": { above: ["client", "machine"], apps: ["api", "ftp-sender", "up", "worker"] },
  "apps/worker": ofWorker,
  ...roomPermits("apps/worker/src", ofWorker, workerRooms),
  "apps/ftp-sender": ofSender,
  ...roomPermits("apps/ftp-sender/src", ofSender, [["ftp"]]),
  // The life and the identity of a process; nothing that reads a configuration, and nothing of the table.
  "apps/up": {
    dwld: ["daemon/process", "queue/process-identity", ...ground],
    libraries: ["execa", "node:child_process"],
  },
  "apps/bot-example": { dwld: ["rpc", ...ground], serves: true },
  // A client of the contract in a browser. Its options are those of the command.
  "apps/web": ofWeb,
  ...roomPermits("apps/web/src", ofWeb, webRooms),
  bench: {
    dwld: ["rpc", "queue", "testbed", ...ground],
    libraries: ["better-sqlite3", "execa", "node:child_process"],
    serves: true,
    tests: true,
  },
  fuzz: { dwld: [], libraries: ["node:child_process"], tests: true },
  chaos: { dwld: ["rpc", "queue", "testbed", ...ground], libraries: ["better-sqlite3", "execa"], tests: true },
  testbed: {
    dwld: ["rpc", ...ground],
    libraries: ["execa", "basic-ftp", "pg", "node:child_process"],
    serves: true,
    tests: true,
  },
};

/** Files of tests, and those that only tests import. */
export const testFiles = ["*.test.ts", "testing/**", "fixture/**", "fixtures/**"];

/** A test may also start programs and serve; that of an app may use the testbed and be a client. */
function permitOfTests(folder: string, { dwld = [], dwldOfTests = [], libraries: permitted = [] }: Permit): Permit {
  return {
    dwld: [
      ...dwldOfTests,
      ...(/^(apps|packages\/(delivery|queue))/.test(folder) ? [...dwld, "rpc" as const, "testbed" as const] : dwld),
      "fuzz",
      "timing/testing",
    ],
    libraries: [...permitted, "node:child_process"],
    serves: true,
    tests: true,
  };
}

/** Returns overrides for oxlint. The last one that fits a file replaces the options of those before it. */
export function fences(): OxlintOverride[] {
  return Object.entries(permits).flatMap(([folder, permit]) => [
    { files: [`${folder}/**`], rules: rulesOf(permit) },
    ...(permit.above === undefined
      ? []
      : [1, 2].map((depth) => ({
          files: [`${folder}${"/*".repeat(depth)}/**`],
          rules: rulesOf(permit, "../".repeat(depth + 1)),
        }))),
    { files: testFiles.map((files) => `${folder}/**/${files}`), rules: rulesOf(permitOfTests(folder, permit)) },
  ]);
}

/** @param outside path from a file in a room to the folder that holds the rooms. */
function rulesOf(
  { dwld = [], libraries: permitted = [], serves = false, tests = false, above, apps = [] }: Permit,
  outside = "../",
): NonNullable<OxlintOverride["rules"]> {
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
    {
      group: [`@dwld/{${appNames}}`, `@dwld/{${appNames}}/**`, ...apps.map((name) => `!@dwld/${name}`)],
      message: "The command alone imports an app, by its entry points: see tools/fences.ts.",
    },
    {
      regex: String.raw`^\.{1,2}/(.*/)?(src|packages|apps|testbed|tools|bench|node_modules)/`,
      message: "A relative import stays within its package; import the other by its name.",
    },
    {
      regex: String.raw`^\.{1,2}/(.*/)?(utils?|common|shared|helpers?|types|misc|lib)(/|\.ts$)`,
      message: "Name a file after the concept in it, and give a folder a responsibility.",
    },
    ...(above === undefined || tests
      ? []
      : [
          {
            regex: `^${outside.replaceAll(".", String.raw`\.`)}(${[...above.map((room) => `${room}/`), String.raw`[^/]+\.ts$`].join("|")})`,
            message: "That stands beside this room or above it: see tools/fences.ts.",
          },
        ]),
    ...(tests
      ? []
      : [
          {
            regex: String.raw`^(\.{1,2}/(.*/)?(testing|fixtures?)/|@dwld/.*/testing$)`,
            message: "That is for tests alone.",
          },
        ]),
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
