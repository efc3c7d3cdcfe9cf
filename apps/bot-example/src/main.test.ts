import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";

const program = join(import.meta.dirname, "main.ts");
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dwld-bot-"));
  await Promise.all([
    writeFile(join(folder, "secret"), "geheim\n"),
    ...["", "\n", " \r\n"].map((content, index) => writeFile(join(folder, `empty${index}`), content)),
  ]);
});
after(() => rm(folder, { recursive: true }));

for (const [what, args, said] of [
  ["no arguments", [], /^usage: main\.ts HOST:PORT SECRET_FILE\n$/],
  ["no port", ["nonsense", "secret"], /^usage: main\.ts HOST:PORT SECRET_FILE\n$/],
  ["a secret that is not there", ["127.0.0.1:0", "none"], /^none cannot be read \(ENOENT\)\n$/],
  // Everybody knows it: a stranger could register, and would be sent links and the token.
  ["an empty secret", ["127.0.0.1:0", "empty0"], /^empty0 has no secret: openssl rand -base64 32 makes one\n$/],
  ["a secret of a line end", ["127.0.0.1:0", "empty1"], /^empty1 has no secret/],
  ["a secret of blanks", ["127.0.0.1:0", "empty2"], /^empty2 has no secret/],
  [
    "an address of another machine",
    ["192.0.2.1:9000", "secret"],
    /^192\.0\.2\.1:9000 cannot be listened on \(\w+\)\n$/,
  ],
] as const)
  test(`bot: ${what}: says so in a line, and does not listen`, async () => {
    const bot = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr, [status]] = await Promise.all([
      text(bot.stdout),
      text(bot.stderr),
      once(bot, "close") as Promise<[number]>,
    ]);
    assert.match(stderr, said);
    assert.deepEqual([status, stdout], [1, ""]);
  });
