import { EventEmitter } from "node:events";
import { Logger, makeWorkerUtils, run, type WorkerEvents } from "graphile-worker";
import type { Queue } from "../../world/queues.ts";

const name = "download";

/** https://github.com/graphile/worker, at its defaults: a worker for each caller, each job claimed and completed alone. */
export async function openGraphileWorker(connectionString: string): Promise<Queue> {
  const logger = new Logger(() => () => undefined);
  const options = { connectionString, maxPoolSize: 16, logger };
  const utils = await makeWorkerUtils(options);
  await utils.migrate();
  let links = 0;
  return {
    async add() {
      links += 1;
      await utils.addJob(name, { link: `https://videos.example/${process.pid}/${links}`, chat: `chat ${links % 50}` });
    },
    async settle(count, concurrency) {
      const events: WorkerEvents = new EventEmitter();
      const { promise: done, resolve } = Promise.withResolvers<void>();
      let startMs: number | undefined;
      let completed = 0;
      events.on("worker:getJob:start", () => {
        startMs ??= performance.now();
      });
      events.on("job:complete", () => {
        completed += 1;
        if (completed === count) resolve();
      });
      const taskList = { [name]: () => undefined };
      const runner = await run({ ...options, concurrency, noHandleSignals: true, taskList, events });
      await done;
      const elapsedMs = performance.now() - (startMs ?? 0);
      await runner.stop();
      return elapsedMs;
    },
  };
}
