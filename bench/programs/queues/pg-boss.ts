import { PgBoss } from "pg-boss";
import type { Queue } from "../../world/queues.ts";
import { repeat } from "../../world/repeat.ts";

const name = "downloads";

/** https://github.com/timgit/pg-boss, whose jobs are claimed and completed one by one, as a worker without batches does. */
export async function openPgBoss(connectionString: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString, max: 16, supervise: false, schedule: false });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(name);
  let links = 0;
  const claimAndComplete = async () => {
    const [job] = await boss.fetch(name);
    if (job === undefined) throw new Error("There was nothing to claim.");
    await boss.complete(name, job.id);
  };
  return {
    async add() {
      links += 1;
      await boss.send(name, { link: `https://videos.example/${process.pid}/${links}`, chat: `chat ${links % 50}` });
    },
    settle: async (count, callers) => (await repeat(claimAndComplete, callers, { count })).elapsedMs,
  };
}
