import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FailureClass, LiveMode, type Task, TaskState } from "@dwld/rpc";
import { type Dwld, eventually, type SampleSite, startDwld, startSampleSite, waitForTask } from "@dwld/testbed";
import { fileNames as names, lookInto } from "./testing/look-into.ts";
import { newestProgram } from "./testing/against-site.ts";

const streams = ["refused", "short", "kept", "first", "broken-off", "over"] as const;

describe("live stream", { concurrency: true }, () => {
  for (const program of newestProgram)
    describe(`by ${program}`, { concurrency: 1 }, () => {
      let site: SampleSite;
      let dwld: Dwld;

      before(async () => {
        site = await startSampleSite({
          videos: streams.map((name) => ({
            name,
            title: "Live",
            format: "hls",
            live: true,
            seconds: name === "short" ? 8 : 90,
            // ffmpeg writes 256 kB at a time.
            heights: [360],
          })),
        });
        dwld = await startDwld({
          apps: ["api", "worker"],
          configuration: {
            worker: { parallel: 3, ytdlp: { command: [program] } },
            sites: { sample: { hosts: ["127.0.0.1"], parallel: 3, stages: ["default"] } },
            shutdown: { graceSeconds: 0 },
          },
        });
      });
      after(async () => {
        await dwld.stop();
        await site.close();
      });

      async function add(link: string, liveMode: LiveMode = LiveMode.UNSPECIFIED): Promise<string> {
        const { task } = await dwld.client.addTask({ link, folder: crypto.randomUUID(), options: { liveMode } });
        return task?.id ?? "";
      }
      async function ended(id: string, state: TaskState): Promise<Task> {
        const task = await waitForTask(dwld.client, id, ({ finishTime }) => finishTime !== undefined, 90_000);
        assert.equal(task.state, state, task.failure?.message);
        return task;
      }
      const recorded = async (name: (typeof streams)[number], segments: number) => {
        const served = () => site.requests.filter(({ path }) => new RegExp(`${name}/segment`).test(path)).length;
        const earlier = served();
        return eventually(`${segments} segments of it were recorded`, () => served() >= earlier + segments, {
          deadlineMs: 60_000,
        });
      };
      const look = async ({ files }: Task) => lookInto(files[0]?.localPath ?? "");

      test("it is refused unless a recording was requested", async () => {
        const task = await ended(await add(site.mediaLink("refused")), TaskState.FAILED);
        assert.equal(task.failure?.failureClass, FailureClass.FILTERED);
        assert.match(task.failure.message, /live now/);
      });

      test("it is recorded until its end", async () => {
        const task = await ended(await add(site.pageLink("short"), LiveMode.RECORD), TaskState.DONE);
        const { codecs, seconds } = await look(task);
        assert.deepEqual(codecs, ["h264", "aac"]);
        assert.ok(seconds > 3, `${seconds} s`);
        assert.equal(task.attempts.length, 1);
      });

      test("a recording ends on request, and what was recorded is delivered", async () => {
        const id = await add(site.pageLink("kept"), LiveMode.RECORD);
        await recorded("kept", 4);
        const { task: told } = await dwld.client.cancelTask({ id, keep: true });
        assert.equal(told?.state, TaskState.DOWNLOADING);
        const task = await ended(id, TaskState.DONE);
        assert.deepEqual((await look(task)).codecs, ["h264", "aac"]);
        assert.match(names(task)[0] ?? "", /^Live \d{4}-\d\d-\d\d .* \[kept\]\.mp4$/);
        assert.equal(task.attempts.length, 1);
      });

      test("if the site offers no beginning, the recording begins now, with a remark", async () => {
        const id = await add(site.pageLink("first"), LiveMode.RECORD_FROM_START);
        await recorded("first", 2);
        site.change("first", { live: false });
        const task = await ended(id, TaskState.DONE);
        assert.match(task.remark[0]?.text ?? "", /does not offer the stream from its start/);
        assert.equal(task.attempts.length, 1);
      });

      test("a recording from before a worker was killed is delivered with what comes after", async () => {
        const id = await add(site.pageLink("broken-off"), LiveMode.RECORD);
        await recorded("broken-off", 5);
        await dwld.kill("worker", "SIGKILL");
        await dwld.restart("worker");
        await recorded("broken-off", 4);
        site.change("broken-off", { live: false });
        const task = await ended(id, TaskState.DONE);
        assert.equal(task.files.length, 2);
        assert.match(task.remark[0]?.text ?? "", /interrupted/);
        for (const { localPath } of task.files) {
          const { seconds, codecs } = await lookInto(localPath);
          assert.ok(codecs.includes("h264") && codecs.includes("aac"));
          assert.ok(seconds > 1, `${localPath}: ${seconds} s`);
        }
      });

      test("a recording from before a worker was killed is delivered even if the stream is gone since", async () => {
        const id = await add(site.pageLink("over"), LiveMode.RECORD);
        await recorded("over", 5);
        await dwld.kill("worker", "SIGKILL");
        site.change("over", { page: { kind: "status", status: 404 } });
        await dwld.restart("worker");
        const task = await ended(id, TaskState.DONE);
        assert.equal(task.files.length, 1);
        assert.match(names(task)[0] ?? "", /^Live .*\.ts$/);
        assert.match(task.remark[0]?.text ?? "", /interrupted/);
      });
    });
});
