import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { isThorough, type SampleSite, startSampleSite } from "@dwld/testbed";
import { newestProgram, programs } from "../../scenarios/testing/against-site.ts";
import { findProgram } from "../../process/program-file.ts";
import { followProgram } from "../../process/follow.ts";
import { spawnProgram, type SpawnedProgram } from "../../process/spawn.ts";
import { ForkServer } from "./fork-server.ts";
import { findPythonProgram, type PythonProgram } from "./python-program.ts";

/** Compares a run of the loaded yt-dlp with the program alone, for both real versions. */

const never = new AbortController().signal;
const path = process.env["PATH"] ?? "";
const pluginsOf = (name: string) => `--plugin-dirs=${join(import.meta.dirname, "testing", name)}`;
const always = ["--ignore-config", "--no-plugin-dirs"];
const memoryBytes = 4 * 2 ** 30;
const manyRuns = isThorough ? 200 : 60;

async function follow(program: SpawnedProgram) {
  const written = { stdout: [] as string[], stderr: [] as string[] };
  const exit = await followProgram(program, { signal: never, onLine: ({ from, text }) => written[from].push(text) });
  return { ...exit, ...written };
}

for (const name of programs)
  describe(`forked run of ${name}`, () => {
    const only = { skip: !newestProgram.some((newest) => newest === name) };
    let folder = "";
    let serverTemporary = "";
    let program: PythonProgram;
    let server: ForkServer;
    let site: SampleSite;
    let env: Record<string, string>;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "dwld-forked-"));
      serverTemporary = await mkdtemp(join(tmpdir(), "dwld-server-"));
      env = { PATH: path, HOME: folder, TMPDIR: folder, LANG: "C.UTF-8", PYTHONUNBUFFERED: "1" };
      const found = await findPythonProgram([(await findProgram(name, path)) ?? ""], path);
      assert.ok(found, "it is a program of Python");
      program = found;
      server = new ForkServer(program, { PATH: path, TMPDIR: serverTemporary });
      site = await startSampleSite({
        videos: [{ name: "small" }, { name: "large", pagePadding: { bytes: 10_000_000 } }],
      });
    });
    after(async () => {
      await server.close();
      await site.close();
      for (const made of [folder, serverTemporary]) await rm(made, { recursive: true });
    });

    const forked = async (...words: string[]) =>
      await follow(await server.start({ arguments: words, cwd: folder, env, memoryBytes }));

    /** Has the standard streams and no other descriptor, whatever these tests were started with. */
    const alone = async (...words: string[]) => {
      const script = "import os, sys; os.closerange(3, 1 << 16); os.execvp(sys.argv[1], sys.argv[1:])";
      const argv = ["/usr/bin/python3", "-c", script, ...program.interpreter, program.file, ...words] as const;
      return await follow(spawnProgram({ argv: [...argv], cwd: folder, env, memoryBytes }));
    };

    const describing = [...always, pluginsOf("describing-plugin"), "http://127.0.0.1:1/"];
    const description = ({ stdout, stderr, exitCode }: Awaited<ReturnType<typeof follow>>) => {
      assert.equal(exitCode, 3, stderr.join("\n"));
      return JSON.parse(stdout[0] ?? "") as { modules: string[] };
    };

    test("its descriptors, signals, environment and limits are those of the program alone, each time", async () => {
      const { modules: needed, ...expected } = description(await alone(...describing));
      for (const run of [await forked(...describing), await forked(...describing)]) {
        const { modules, ...facts } = description(run);
        assert.deepEqual(facts, expected);
        assert.deepEqual(
          needed.filter((module) => !modules.includes(module)),
          [],
        );
      }
    });

    test("a garbage collection closes none of its connections, in a page of 10 MB", only, async () => {
      const words = ["--no-cache-dir", "--no-warnings", "--print=title", site.pageLink("large")];
      const { exitCode, stdout, stderr } = await forked(...always, pluginsOf("collecting-plugin"), ...words);
      assert.deepEqual([exitCode, stderr, stdout], [0, [], ["large (1)"]]);
    });

    test(
      `${manyRuns} runs later the server has the descriptors, threads, memory and files of before`,
      only,
      async () => {
        const words = ["--no-cache-dir", "--no-warnings", "--print=title", site.pageLink("small")];
        const runSome = async (count: number) => {
          for (let done = 0; done < count; done += 10) {
            const runs = Array.from({ length: 9 }, () => forked(...always, "--version"));
            for (const run of await Promise.all([forked(...always, ...words), ...runs]))
              assert.deepEqual([run.exitCode, run.stderr, run.stdout.length], [0, [], 1]);
          }
        };
        await runSome(20);
        const early = await look(server);
        await runSome(manyRuns);
        const { dirtyKilobytes, ...late } = await look(server);
        assert.deepEqual(late, { descriptors: early.descriptors, threads: early.threads, files: [] });
        // Freed lists of a run leave half-empty pages, which the next run gets.
        assert.ok(dirtyKilobytes - early.dirtyKilobytes < 1024, `${early.dirtyKilobytes} → ${dirtyKilobytes} kB`);
      },
    );

    /** Describes the server between two runs. */
    async function look(of: ForkServer) {
      const { leader, exit } = await of.start({ arguments: [...always, "--version"], cwd: folder, env });
      const status = await readFile(`/proc/${leader?.pid}/status`, "utf8");
      const pid = Number(/^PPid:\t(\d+)$/m.exec(status)?.[1]);
      process.kill(leader?.pid ?? 0, "SIGKILL");
      await exit;
      const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
      return {
        descriptors: (await readdir(`/proc/${pid}/fd`)).length,
        threads: (await readdir(`/proc/${pid}/task`)).length,
        files: [...(await readdir(serverTemporary)), ...(await readdir(folder))],
        // A guard that is about to end still shares pages with the server.
        dirtyKilobytes: rollup
          .matchAll(/^(?:Private|Shared)_Dirty: +(\d+) kB$/gm)
          .reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0),
      };
    }
  });
