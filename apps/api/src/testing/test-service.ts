import assert from "node:assert/strict";
import { afterEach, beforeEach } from "node:test";
import { ConnectError } from "@connectrpc/connect";
import type { Task } from "@dwld/rpc";
import { connectInMemory, openContext, type OpenedContext } from "./served-api.ts";
import type { ServiceContext } from "../download-service/context.ts";

/** For tests: a link of the site `videos`. */
export const link = "https://videos.example/watch?v=1";

type Client = ReturnType<typeof connectInMemory>;

/** For tests: a service of its own for each test of a suite, and a client of it. Called within `describe`. */
export function testService(changes: Partial<ServiceContext> = {}) {
  let opened: OpenedContext;
  let client: Client;
  beforeEach(async () => {
    opened = await openContext({ sites: { videos: { hosts: ["videos.example"] } }, ...changes });
    client = connectInMemory(opened);
  });
  afterEach(() => opened.close());
  return {
    get opened() {
      return opened;
    },
    get client() {
      return client;
    },
    add: async (request: Parameters<Client["addTask"]>[0] = {}): Promise<Task> => {
      const { task } = await client.addTask({ link, ...request });
      assert.ok(task);
      return task;
    },
  };
}

/** For tests: the error that a call ends with. */
export async function refusal(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail("it was answered");
}
