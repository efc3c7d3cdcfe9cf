import { deliveryDeadline, type DeliveryOutcome, type FailureFacts, type FileRow, type TaskRow } from "@dwld/queue";
import { retryTime } from "./delivery-schedule.ts";
import { concernsDestination, type DestinationError } from "./destination/destination-error.ts";
import type { Destination, DestinationWords } from "./destination/destination.ts";
import type { SourceError } from "./source/source-error.ts";

type Failed = Extract<DeliveryOutcome, { outcome: "failed" }>;

type Schedule = {
  task: TaskRow;
  giveUpAfterMs: number;
  /** Milliseconds since the epoch. */
  now: number;
  /** From 0 to 1. */
  random: number;
};

/** @param pauseMs milliseconds for which all deliveries wait. */
export function destinationOutcome(
  error: DestinationError,
  { words }: Pick<Destination, "words">,
  pauseMs: number,
  schedule: Schedule,
): Failed {
  const { phase, kind } = error;
  const isShared = concernsDestination(error);
  const retryAt = retryTime(
    { phase, kind, allWaitMs: isShared ? pauseMs : undefined, ...times(schedule) },
    schedule.random,
  );
  return { outcome: "failed", failure: failureFacts(error, words), retryAt, counts: !isShared };
}

/** The file of another host is not in the folder that both are said to share. */
export function elsewhereOutcome({ name, host, local_path: path }: FileRow, schedule: Schedule): Failed {
  const failure = {
    failureClass: "delivery",
    message: `${name} was downloaded on the machine ${host}, and ${path} is not on this one`,
    advice: {
      en: "Mount the shared folder for downloads here, under the same path. It is tried again by itself.",
      ru: "Видео скачано на другой машине, а общая папка с ним сейчас недоступна. Потом попробуем ещё раз.",
    },
  };
  const retryAt = retryTime({ phase: "work", kind: "unknown", ...times(schedule) }, schedule.random);
  return { outcome: "failed", failure, retryAt, counts: true };
}

/** Ends the task, since no destination can mend what is wrong with its file. */
export function sourceOutcome(error: SourceError): Failed {
  const { message, advice } = error;
  const ru = `Видео скачано, но на нашем диске с файлом что-то не так: оператору нужно это проверить. ${advice}`;
  const failure = { failureClass: "delivery", message, advice: { en: advice, ru } };
  return { outcome: "failed", failure, retryAt: null, counts: true };
}

/**
 * Returns a failure for the task. Advice in words of the configuration stays English; a Russian sentence before it says
 * whose matter it is.
 */
export function failureFacts(
  { message, advice, adviceInRussian }: DestinationError,
  { refusalInRussian }: DestinationWords,
): FailureFacts {
  const ru = adviceInRussian ?? `${refusalInRussian} ${advice}`;
  return { failureClass: "delivery", message, advice: { en: advice, ru } };
}

function times({ task, giveUpAfterMs, now }: Schedule) {
  return { attempt: task.delivery_attempt_count + 1, deadline: deliveryDeadline(task, giveUpAfterMs), now };
}
