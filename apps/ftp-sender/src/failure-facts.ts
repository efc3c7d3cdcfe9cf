import type { FailureFacts, FileRow } from "@dwld/queue";
import type { DestinationError } from "./destination.ts";
import { SourceError } from "./source-file.ts";

/** The English advice is for the operator, who has to mend it; the Russian sentence says whose matter it is. */
export function failureFacts(error: DestinationError | SourceError): FailureFacts {
  const { message, advice } = error;
  const adviceRu =
    error instanceof SourceError
      ? "Видео скачано, но на нашем диске с файлом что-то не так: оператору нужно это проверить."
      : "Видео скачано, но сервер, куда его отправляют, его не принял.";
  return { failureClass: "delivery", message, advice, adviceRu };
}

/** A file of a machine whose sender is away; another one, this one, was given its task. */
export function elsewhereFacts({ name, host }: FileRow): FailureFacts {
  return {
    failureClass: "delivery",
    message: `${name} lies on the machine ${host}, and no sender runs there`,
    advice: "Start dwld ftp-sender there. It is tried again by itself.",
    adviceRu: "Видео скачано на другой машине, и отправить его оттуда сейчас некому. Попробуем ещё раз.",
  };
}
