import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { it } from "node:test";
import { promisify } from "node:util";
import { formatAddress } from "@dwld/daemon";
import { serveApi } from "../testing/served-api.ts";

type Seen = {
  health: { status: string };
  added: { task: { id: string; state: string; targetQuality: number } };
  events: [
    string,
    { revision: string; snapshot?: { tasks: { id: string }[] }; changed?: { id: string; state: string } },
  ][];
  refused: { code: string; fields: string[] };
};

it("Python client: a stock gRPC client of another language needs nothing but the address", async () => {
  const api = await serveApi();
  const script = join(import.meta.dirname, "python_client.py");
  const address = formatAddress(api.listeners.grpc.address);
  const run = promisify(execFile);
  const { stdout } = await run("/usr/bin/python3", [script, address, "https://videos.example/watch"], {
    timeout: 60_000,
  });
  const seen = JSON.parse(stdout) as Seen;
  assert.equal(seen.health.status, "SERVING");
  const { task } = seen.added;
  assert.deepEqual([task.state, task.targetQuality], ["TASK_STATE_QUEUED", 720]);
  const [first, second] = seen.events;
  assert.equal(seen.events.length, 2);
  assert.deepEqual(
    first?.[1].snapshot?.tasks.map(({ id }) => id),
    [task.id],
  );
  assert.deepEqual([second?.[1].changed?.id, second?.[1].changed?.state], [task.id, "TASK_STATE_CANCELED"]);
  assert.deepEqual(seen.refused, { code: "INVALID_ARGUMENT", fields: ["link", "folder"] });
  await api.close();
});
