import assert from "node:assert/strict";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openProgramAnswers } from "./program-answers.ts";

const question = { command: ["yt-dlp"], environment: { PATH: "/usr/bin" } };
const answer = { said: { version: "1" }, askedAtMs: 5 };

const fail = (error: unknown) => assert.fail(String(error));

/** Remembers the answer, which depends on a file and on one that is absent. */
async function begin(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "dwld-answers-"));
  t.after(() => rm(root, { recursive: true }));
  const [folder, program, absent] = [join(root, "programs"), join(root, "program"), join(root, "absent")];
  await writeFile(program, "1");
  const answers = openProgramAnswers(folder, fail);
  await answers.remember(question, answer, [program, absent]);
  const [name = ""] = await readdir(folder);
  return { root, folder, program, absent, answers, file: join(folder, name) };
}

test("program answers: one is recalled by the next process, in files of this user alone", async (t) => {
  const { folder, file } = await begin(t);
  assert.deepEqual(await openProgramAnswers(folder, fail).recall(question), answer);
  assert.deepEqual([(await stat(folder)).mode & 0o777, (await stat(file)).mode & 0o777], [0o700, 0o600]);
});

test("program answers: to another question there is none, and the newest takes the place of the others", async (t) => {
  const { answers, folder } = await begin(t);
  const other = { ...question, environment: { PATH: "/bin" } };
  assert.equal(await answers.recall(other), undefined);
  await answers.remember(other, { ...answer, askedAtMs: 6 }, []);
  await answers.remember(other, { ...answer, askedAtMs: 7 }, []);
  assert.equal((await answers.recall(other))?.askedAtMs, 7);
  assert.deepEqual(await answers.recall(question), answer);
  assert.equal((await readdir(folder)).length, 2);
});

test("program answers: a folder of the PATH is a part of the question if it exists", async (t) => {
  const { root, answers } = await begin(t);
  const folder = join(root, "bin");
  const longer = { ...question, environment: { PATH: `${question.environment.PATH}:${folder}` } };
  assert.deepEqual(await answers.recall(longer), answer);
  await mkdir(folder);
  assert.equal(await answers.recall(longer), undefined);
});

type Remembered = Awaited<ReturnType<typeof begin>>;
const changes: Record<string, (of: Remembered) => Promise<unknown>> = {
  "a file on which it depends changed": ({ program }) => utimes(program, 1, 1),
  "a file on which it depends is gone": ({ program }) => rm(program),
  "a file that was absent is there": ({ absent }) => writeFile(absent, ""),
  "its file is cut off": async ({ file }) => await writeFile(file, (await readFile(file, "utf8")).slice(0, -9)),
  "its file has another bit": async ({ file }) =>
    await writeFile(file, (await readFile(file, "utf8")).replace('"version":"1"', '"version":"2"')),
  "its file is another program's": ({ file }) => writeFile(file, "{}"),
  "its file is empty": ({ file }) => writeFile(file, ""),
  "others may write its file": ({ file }) => chmod(file, 0o622),
  "others may write its folder": ({ folder }) => chmod(folder, 0o777),
};
for (const [what, change] of Object.entries(changes))
  test(`program answers: if ${what}, there is none, and the next is kept`, async (t) => {
    const remembered = await begin(t);
    const { answers, folder } = remembered;
    await change(remembered);
    assert.equal(await answers.recall(question), undefined);
    await chmod(folder, 0o700);
    await answers.remember(question, answer, []);
    assert.deepEqual(await answers.recall(question), answer);
  });

test("program answers: files of another user, and links to files, are not read", async (t) => {
  const { root, answers, file } = await begin(t);
  const moved = join(root, "moved");
  await rename(file, moved);
  await symlink(moved, file);
  assert.equal(await answers.recall(question), undefined);
  await rename(moved, file);
  assert.deepEqual(await answers.recall(question), answer);
  // Root alone can give a file away.
  if (process.geteuid?.() !== 0) return;
  await chown(file, 65534, 65534);
  assert.equal(await answers.recall(question), undefined);
});

test("program answers: one that cannot be kept is reported, and leaves nothing behind", async (t) => {
  const { root, program } = await begin(t);
  const told: unknown[] = [];
  const answers = openProgramAnswers(join(program, "below-a-file"), (error) => told.push(error));
  await answers.remember(question, answer, []);
  assert.match(String(told), /ENOTDIR/);
  assert.equal(await answers.recall(question), undefined);
  assert.deepEqual(await readdir(root), ["program", "programs"]);
});
