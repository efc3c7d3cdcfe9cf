import type { FailureFacts, FileRow } from "@dwld/queue";
import type { DestinationError } from "./destination/destination.ts";
import { SourceError } from "./source/source-file.ts";

/** The operator's advice is English, in words of the configuration; in Russian a sentence before it says whose matter it is. */
export function failureFacts(error: DestinationError | SourceError): FailureFacts {
  const { message, advice } = error;
  const ru =
    error instanceof SourceError
      ? "Видео скачано, но на нашем диске с файлом что-то не так: оператору нужно это проверить."
      : "Видео скачано, но сервер, на который его отправляют, его не принял.";
  return { failureClass: "delivery", message, advice: { en: advice, ru: `${ru} ${advice}` } };
}

/** A file of a machine whose sender is away; another one, this one, was given its task. */
export function elsewhereFacts({ name, host }: FileRow): FailureFacts {
  return {
    failureClass: "delivery",
    message: `${name} lies on the machine ${host}, and no sender runs there`,
    advice: {
      en: "Start dwld ftp-sender there. It is tried again by itself.",
      ru: "Видео скачано на другой машине, и отправить его оттуда сейчас некому. Потом попробуем ещё раз.",
    },
  };
}
