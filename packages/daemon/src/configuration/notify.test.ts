import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfiguration } from "./parse-configuration.ts";

const parse = (yaml: string) => parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml" }).notify;

test("notify: relative paths begin at the configuration, and what is left out has its default", () => {
  const { targets, taskUrls, taskSecretFile } = parse(`
notify:
  targets:
    - webhook: { url: "https://a.example/x", secretFile: secrets/w }
    - email: { to: op@mail.example }
      language: ru
      kinds: [disk, yt-dlp]
    - telegram: { tokenFile: t, chat: "-42" }
  taskUrls: ["https://bot.example/hooks/"]
  taskSecretFile: tasks
`);
  assert.deepEqual(targets, [
    { webhook: { url: "https://a.example/x", secretFile: "/etc/dwld/secrets/w" }, language: "en" },
    { email: { to: "op@mail.example", sendmail: "/usr/sbin/sendmail" }, language: "ru", kinds: ["disk", "yt-dlp"] },
    { telegram: { tokenFile: "/etc/dwld/t", chat: "-42", api: "https://api.telegram.org" }, language: "en" },
  ]);
  assert.deepEqual([taskUrls, taskSecretFile], [["https://bot.example/hooks/"], "/etc/dwld/tasks"]);
});

const mistakes: [yaml: string, message: RegExp][] = [
  ["targets: [{ language: ru }]", /targets\[0\]: names no way to tell; give one of webhook, ntfy, email, telegram/],
  [
    'targets: [{ email: { to: a@b.example }, ntfy: { url: "https://n.example/t" } }]',
    /has email and ntfy; make a target of each/,
  ],
  [
    "targets: [{ email: { to: a@b.example } }, { email: { to: a@b.example }, language: ru }]",
    /targets\[1\]: leads to the same place as notify\.targets\[0\]/,
  ],
  ["targets: [{ email: { to: nobody } }]", /email\.to.*an address, such as you@mail\.example/],
  ['targets: [{ email: { to: "a@b.example\\nBcc: c@d.example" } }]', /email\.to/],
  ["targets: [{ email: { to: a@b.example }, kinds: [disks] }]", /kinds\[0\].*one of destination, cookies/],
  ['targets: [{ webhook: { url: "https://a.example/x" } }]', /secretFile/],
  ['targets: [{ ntfy: { url: "https://user:pass@n.example/t" } }]', /holds a user name or a password/],
  ['taskUrls: ["https://bot.example/"]', /taskSecretFile: is missing, and taskUrls needs it/],
  ["taskSecretFile: x", /taskSecretFile: is of no use without taskUrls/],
  ['{ taskUrls: ["ftp://bot.example/"], taskSecretFile: x }', /taskUrls\[0\].*is no such address/],
];

for (const [yaml, message] of mistakes)
  test(`notify: ${yaml.slice(0, 70)} is refused`, () => {
    assert.throws(() => parse(yaml.startsWith("{") ? `notify: ${yaml}` : `notify:\n  ${yaml}`), message);
  });
