import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { serveApi } from "../testing/served-api.ts";

const link = "https://videos.example/watch?v=1";

/** The "a task was asked for" lines of the log. */
function asked(lines: readonly string[]) {
  return lines
    .map((line) => JSON.parse(line) as { msg: string; call_id?: string; task_id?: string; request_id?: string })
    .filter(({ msg }) => msg === "a task was asked for");
}

describe("the ids of calls", () => {
  it("call ids: a caller chooses one, the answer has it, and the log joins it with the task; over gRPC and Connect", async () => {
    const api = await serveApi();
    try {
      for (const [index, transportTo] of [createGrpcTransport, createConnectTransport].entries()) {
        const baseUrl = index === 0 ? api.grpcUrl : api.httpUrl;
        const transport = transportTo({ baseUrl, httpVersion: index === 0 ? "2" : "1.1" } as never);
        const client = createClient(DownloadService, transport);
        const [sent, answered] = [`chosen-${index}`, new Headers()];
        const { task } = await client.addTask(
          { link: `${link}${index}`, requestId: `message ${index}` },
          {
            headers: { "x-request-id": sent },
            onHeader: (headers) => headers.forEach((value, name) => answered.set(name, value)),
          },
        );
        assert.equal(answered.get("x-request-id"), sent);
        assert.deepEqual(
          asked(api.logLines)
            .map(({ call_id, task_id, request_id }) => [call_id, task_id, request_id])
            .at(-1),
          [sent, task?.id, `message ${index}`],
        );
      }
    } finally {
      await api.close();
    }
  });

  it("call ids: one that is none, too long or twice there is replaced by a new one, in a refusal too", async () => {
    const api = await serveApi();
    try {
      const known = new Set<string>();
      for (const wrong of ["", "abc", "x".repeat(65), 'a"b\\c', "two, of them", "tab\tinside"]) {
        const response = await fetch(`${api.httpUrl}/dwld.v1.DownloadService/AddTask`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-request-id": wrong },
          body: JSON.stringify({ link: "no link" }),
        });
        assert.equal(response.status, 400);
        const id = response.headers.get("x-request-id") ?? "";
        assert.match(id, /^[\da-f]{16}$/, `after ${JSON.stringify(wrong)}`);
        known.add(id);
      }
      assert.equal(known.size, 6);
    } finally {
      await api.close();
    }
  });
});
