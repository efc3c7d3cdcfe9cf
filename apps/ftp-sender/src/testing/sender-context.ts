import { hostname } from "node:os";
import { createLogger, defaultPath } from "@dwld/daemon";
import { type DeliveryContext, type DeliveryRules, DestinationWatch } from "@dwld/delivery";
import type { DeliveryBed } from "@dwld/delivery/testing";
import { openProgressCache } from "@dwld/progress";
import { createFtpDestination } from "../ftp/ftp-destination.ts";

/** Where to deliver to, as far as a test cares. */
export type TestServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  directory: string;
  idleTimeoutMs?: number;
};

export type TestSender = AsyncDisposable & { context: DeliveryContext; pauses: (string | undefined)[] };

/** What a sender's process would make for its tasks, without the process. */
export function makeSenderContext(
  bed: DeliveryBed,
  server: TestServer,
  rules: Partial<DeliveryRules> = {},
): TestSender {
  const allRules: DeliveryRules = {
    path: defaultPath,
    conflict: "rename",
    verify: "size",
    ...rules,
    directory: server.directory,
  };
  const destination = createFtpDestination({
    idleTimeoutMs: 10_000,
    ...server,
    readPassword: () => server.password,
    tls: { mode: "none" },
  });
  const logger = createLogger({ level: "silent", app: "ftp-sender" });
  const cache = openProgressCache([]);
  const pauses: (string | undefined)[] = [];
  const watch = new DestinationWatch({
    ...{ destination, directory: server.directory, logger, now: Date.now, random: () => 0 },
    pause: (reason) => pauses.push(reason),
    setTrouble: () => {},
    isWaited: () => true,
    giveUp: async () => {},
  });
  return {
    pauses,
    context: {
      ...{ database: bed.database, cache, logger, destination, watch, rules: allRules },
      host: hostname(),
      stalledAt: new Map(),
      giveUpAfterMs: 3_600_000,
      now: Date.now,
      random: () => 0,
    },
    [Symbol.asyncDispose]: async () => {
      watch.close();
      destination.close();
      cache.close();
    },
  };
}
