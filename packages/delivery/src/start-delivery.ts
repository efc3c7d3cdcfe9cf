import { hostname } from "node:os";
import { type CheckResult, type FtpSettings, type Logger, readSecretFile } from "@dwld/daemon";
import type { ProgressCache } from "@dwld/progress";
import {
  countTasks,
  type Database,
  deliveryBounds,
  giveUpDelivery,
  type Presence,
  startRunner,
  type TaskRow,
} from "@dwld/queue";
import { deliverTask } from "./deliver-task.ts";
import { waitsForOperator } from "./delivery-schedule.ts";
import { failureFacts } from "./failure-facts.ts";
import { createFtpDestination } from "./ftp/ftp-destination.ts";
import { LeftoverRemover } from "./remove-leftovers.ts";
import type { SenderContext } from "./sender-context.ts";
import { ServerWatch } from "./server-watch.ts";

export type SenderParts = {
  database: Database;
  cache: ProgressCache;
  logger: Logger;
  presence: Presence;
  onError: (error: unknown, task?: TaskRow) => void;
};

export type Sender = {
  wake: () => void;
  /** For /readyz. */
  check: () => CheckResult;
  /** Resolves when what runs has ended, by itself or after `killing`. */
  stop: (killing: AbortSignal) => Promise<void>;
};

const hourMs = 3_600_000;

/** Delivers what is ready to the FTP server, until it is stopped. */
export function startSending(parts: SenderParts, ftp: FtpSettings): Sender {
  const { database, cache, logger, presence, onError } = parts;
  const readPassword = () => (ftp.passwordFile === undefined ? "" : readSecretFile(ftp.passwordFile));
  // One that is not there is a mistake of the configuration, told before anything starts.
  readPassword();
  const giveUpAfterMs = ftp.giveUpAfterHours * hourMs;
  const destination = createFtpDestination({
    ...ftp,
    readPassword,
    idleTimeoutMs: ftp.idleTimeoutSeconds * 1000,
  });
  const watch = new ServerWatch({
    destination,
    directory: ftp.directory,
    logger,
    pause: (reason) => {
      runner.pause(reason);
    },
    setTrouble: (source, trouble) => {
      presence.setTrouble(source, trouble);
    },
    isWaited: () => {
      const { READY_TO_SEND: waiting, SENDING: inWork } = countTasks(database);
      return waiting + inWork > 0;
    },
    giveUp: async (trouble) => {
      if (waitsForOperator(trouble.kind)) return;
      const now = Date.now();
      const count = await giveUpDelivery(database, now - giveUpAfterMs, failureFacts(trouble), now);
      if (count > 0) logger.warn({ count }, "deliveries that waited too long have failed");
    },
    now: Date.now,
    random: Math.random,
  });
  const context: SenderContext = {
    ...{ database, cache, logger, destination, watch, giveUpAfterMs },
    rules: ftp,
    host: hostname(),
    stalledAt: new Map(),
    now: Date.now,
    random: Math.random,
  };
  const runner = startRunner({
    ...{ database, presence, onError },
    kind: "delivery",
    parallel: ftp.parallel,
    defaultSiteParallel: ftp.parallel,
    boundsOf: (task) => deliveryBounds(task, giveUpAfterMs),
    handle: async (work) => {
      const ended = watch.begun();
      await deliverTask(context, work).finally(ended);
    },
  });
  const leftovers = new LeftoverRemover({
    ...{ database, destination, logger, onError },
    isReachable: () => watch.check().ok,
    now: Date.now,
  });
  watch.start().catch(onError);
  return {
    wake: () => {
      runner.wake();
    },
    check: () => watch.check(),
    stop: async (killing) => {
      watch.close();
      await leftovers.close();
      await runner.stop(killing);
      destination.close();
    },
  };
}
