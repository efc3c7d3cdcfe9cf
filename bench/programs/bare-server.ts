import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { DownloadService, type TaskSchema, TaskState, WaitReason } from "@dwld/rpc";
import { Health, ServingStatus } from "@dwld/rpc/services";

/** The library of the api with its two kinds of listener; behind them, an empty call and one with messages of AddTask. */
const handler = connectNodeAdapter({
  routes: (router) => {
    router.service(Health, { check: () => ({ status: ServingStatus.SERVING }) });
    router.service(DownloadService, { addTask: ({ link, chatId }) => ({ task: newTask(link, chatId) }) });
  },
});

/** Returns a message like that of the api for a task that it has added and for which no worker runs. */
function newTask(link: string, chatId: string): MessageInitShape<typeof TaskSchema> {
  const [id, now] = [randomUUID(), timestampNow()];
  return {
    ...{ id, link, site: "videos.example", state: TaskState.QUEUED, chatId, options: {} },
    ...{ createTime: now, updateTime: now, attemptLimit: 10, shortId: id.slice(0, 13) },
    wait: {
      reason: WaitReason.WORKER,
      text: [
        { languageCode: "en", text: "no worker is running" },
        { languageCode: "ru", text: "worker не запущен" },
      ],
    },
  };
}

const grpc = createHttp2Server(handler).listen(0, "127.0.0.1");
const connect = createServer(handler).listen(0, "127.0.0.1");
await Promise.all([once(grpc, "listening"), once(connect, "listening")]);
const portOf = ({ port }: AddressInfo) => port;
process.send?.({
  grpc: `http://127.0.0.1:${portOf(grpc.address() as AddressInfo)}`,
  connect: `http://127.0.0.1:${portOf(connect.address() as AddressInfo)}`,
});
process.once("disconnect", () => process.exit());
