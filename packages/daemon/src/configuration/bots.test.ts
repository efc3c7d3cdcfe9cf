import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import type { BotSettings } from "./complete-bots.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const file = "/etc/dwld/dwld.yaml";
const secret = "secretFile: /etc/s";

const botsOf = (text: string): readonly BotSettings[] => parseConfiguration(text, { file }).register;

function messageOf(text: string): string {
  try {
    botsOf(text);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.message;
  }
  assert.fail(`nothing is wrong with:\n${text}`);
}

test("bots: an address and a secret are needed, all else has a default", () => {
  assert.deepEqual(botsOf("register: [{ address: http://127.0.0.1:9000/, secretFile: bot-secret }]"), [
    {
      address: "http://127.0.0.1:9000",
      protocol: "dwld.v1",
      name: hostname(),
      reachedAt: "127.0.0.1:8888",
      sites: "all",
      secretFile: "/etc/dwld/bot-secret",
      intervalSeconds: 60,
    },
  ]);
});

test("bots: one with every key is read as written", () => {
  const text = `
sites: { tube: { hosts: [tube.example] } }
register:
  - address: https://Bot.example
    protocol: grpc.v1
    name: home
    reachedAt: "[2001:db8::7]:8888"
    sites: [tube, youtube]
    intervalSeconds: 7.5
  - { address: "http://bot.example:9000", ${secret}, reachedAt: "home.example:1" }
`;
  assert.deepEqual(botsOf(text), [
    {
      address: "https://bot.example",
      protocol: "grpc.v1",
      name: "home",
      reachedAt: "[2001:db8::7]:8888",
      sites: ["tube", "youtube"],
      intervalSeconds: 7.5,
    },
    {
      address: "http://bot.example:9000",
      protocol: "dwld.v1",
      name: hostname(),
      reachedAt: "home.example:1",
      sites: "all",
      secretFile: "/etc/s",
      intervalSeconds: 60,
    },
  ]);
});

const reached: readonly [listen: string, bot: string, reachedAt: string | RegExp][] = [
  ["127.0.0.1:1", "http://localhost:9000", "127.0.0.1:1"],
  ["0.0.0.0:1", "http://127.0.0.1:9000", "127.0.0.1:1"],
  ["[::]:1", "http://[::1]:9000", "[::1]:1"],
  ["192.0.2.7:1", "http://127.0.0.1:9000", "192.0.2.7:1"],
  ["192.0.2.7:1", "http://bot.example:9000", "192.0.2.7:1"],
  ["nas.example:1", "http://bot.example:9000", "nas.example:1"],
  ["127.0.0.1:1", "http://bot.example:9000", /:2: register\[0\]\.reachedAt: is missing, and api\.listen \(127/],
  ["0.0.0.0:1", "http://bot.example:9000", /reachedAt: is missing, and api\.listen \(0\.0\.0\.0:1\) does not tell/],
  ["[::]:1", "http://bot.example:9000", /reachedAt: is missing/],
  ["127.0.0.1:0", "http://127.0.0.1:9000", /reachedAt: is missing/],
];

for (const [listen, bot, expected] of reached)
  test(`bots: ${bot} reaches an api that listens on ${listen} at ${String(expected)}`, () => {
    const text = `api: { listen: "${listen}" }\nregister: [{ address: "${bot}", ${secret} }]`;
    if (typeof expected === "string") assert.equal(botsOf(text)[0]?.reachedAt, expected);
    else assert.match(messageOf(text), expected);
  });

const here = `address: "http://127.0.0.1:9000"`;

const mistakes: readonly [yaml: string, message: RegExp][] = [
  [
    `register: { ${here} }`,
    /register: is a section; a list of bots, such as \[\{ address: http:\/\/bot\.example:9000 \}\]/,
  ],
  ["register: [{}]", /register\[0\]\.address: is missing; http:\/\/host:port or https:\/\/host:port, such as/],
  ["register: [bot.example]", /register\[0\]: "bot\.example" is a text; a section with the keys address, protocol/],
  [`register: [{ ${here}, secret: geheim }]`, /register\[0\]\.secret: there is no such key; did you mean secretFile\?/],
  [
    `register: [{ address: "bot.example:9000", ${secret} }]`,
    /"bot\.example:9000" is not the address of a server; http/,
  ],
  [`register: [{ address: "ftp://bot:1", ${secret} }]`, /"ftp:\/\/bot:1" is not the address of a server/],
  [`register: [{ address: "http://a b:1", ${secret} }]`, /"http:\/\/a b:1" is not the address of a server/],
  [`register: [{ address: "http://bot:99999", ${secret} }]`, /is not the address of a server/],
  [`register: [{ address: "http://bot:0", ${secret} }]`, /"http:\/\/bot:0" has port 0/],
  [`register: [{ address: "http://bot:1/api?x=1", ${secret} }]`, /"http:\/\/bot:1\/api\?x=1" goes on behind the port/],
  [`register: [{ address: "http://u:geheim@bot:1", ${secret} }]`, /address: holds a user name or a password; write it/],
  [`register: [{ ${here} }]`, /register\[0\]\.secretFile: is missing; name a file with the secret/],
  [
    `register: [{ ${here}, protocol: grpc.v1, ${secret} }]`,
    /register\[0\]\.secretFile: is of no use: a bot of the first/,
  ],
  [
    `register: [{ ${here}, protocol: grpc, ${secret} }]`,
    /protocol: "grpc" is not known here; one of dwld\.v1, grpc\.v1/,
  ],
  [
    `register: [{ ${here}, ${secret}, name: "my home" }]`,
    /name: "my home" is not known here; a downloader is named with/,
  ],
  [`register: [{ ${here}, ${secret}, sites: youtube }]`, /sites: "youtube" is a text; all, or a list of sites/],
  [`register: [{ ${here}, ${secret}, sites: [] }]`, /sites: the list is empty|sites: is a list; all, or a list/],
  [
    `register: [{ ${here}, ${secret}, sites: [youtbe] }]`,
    /sites\[0\]: there is no site "youtbe"; did you mean youtube\?/,
  ],
  [
    `register: [{ ${here}, ${secret}, sites: [vk, vk] }]`,
    /sites\[1\]: vk stands here a second time; name each site once/,
  ],
  [`register: [{ ${here}, ${secret}, sites: [default] }]`, /there is no site "default"; the sites are youtube/],
  [`register: [{ ${here}, ${secret}, intervalSeconds: 0 }]`, /intervalSeconds: 0 is too small; a number of seconds/],
  [
    `register: [{ ${here}, ${secret}, reachedAt: nas }]`,
    /reachedAt: "nas" is not an address; write host:port, such as/,
  ],
  [
    `register: [{ ${here}, ${secret}, reachedAt: "nas:0" }]`,
    /reachedAt: "nas:0" is no place that anybody could connect/,
  ],
  [`register: [{ ${here}, ${secret}, reachedAt: "0.0.0.0:1" }]`, /reachedAt: "0\.0\.0\.0:1" is no place/],
  [
    `register: [{ ${here}, ${secret} }, { address: "http://127.0.0.1:9000/", ${secret} }]`,
    /register\[1\]\.address: is the address of register\[0\] too; name each bot once/,
  ],
];

for (const [yaml, message] of mistakes)
  test(`bots: refuses ${yaml}`, () => {
    assert.match(messageOf(yaml), message);
  });

test("bots: every mistake of every bot is reported at once, with its line", () => {
  const text = `register:
  - address: http://bot.example:9000
    sites: [youtbe]
  - address: nowhere
    protocol: grpc.v1
    secretFile: /etc/s
`;
  assert.deepEqual(
    messageOf(text)
      .split("\n")
      .map((line) => line.split(": ").slice(0, 2).join(": ")),
    [
      `${file}:2: register[0].secretFile`,
      `${file}:2: register[0].reachedAt`,
      `${file}:3: register[0].sites[0]`,
      `${file}:4: register[1].address`,
      `${file}:6: register[1].secretFile`,
    ],
  );
});

test("bots: one address may have both services", () => {
  assert.equal(botsOf(`register: [{ ${here}, ${secret} }, { ${here}, protocol: grpc.v1 }]`).length, 2);
});

test("bots: no message quotes a secret", () => {
  assert.ok(!messageOf(`register: [{ address: "http://u:geheim@bot:1", secret: geheim }]`).includes("geheim"));
});

test("bots: a wrong listen address hides no other mistake", () => {
  const text = messageOf(`api: { listen: "a@b:80" }\nregister: [{ address: "http://bot:1" }]`);
  assert.match(text, /:1: api\.listen: "a@b" is not a host name/);
  assert.match(text, /:2: register\[0\]\.secretFile: is missing/);
});
