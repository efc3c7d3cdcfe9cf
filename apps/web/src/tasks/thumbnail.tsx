import { useSignal } from "@preact/signals";
import type { Task } from "@dwld/rpc";
import { addressOf } from "../connection/transport.ts";
import { Icon } from "../ui/icon.tsx";
import { lengthText } from "../words/formats.ts";
import { phaseWords } from "../words/phases.ts";
import { isRecording, kindOf } from "./task-facts.ts";
import "./thumbnail.css";

/** The picture of a task with its length, or a quiet shape of its kind. */
export function Thumbnail({ task, isLarge = false }: { task: Task; isLarge?: boolean }) {
  const isBroken = useSignal(false);
  const kind = kindOf(task);
  const hasPicture = task.thumbnailPath !== "" && !isBroken.value;
  return (
    <span class={isLarge ? "thumbnail large" : "thumbnail"} aria-hidden="true">
      {hasPicture ? (
        <img
          src={addressOf(task.thumbnailPath)}
          alt=""
          width={92}
          height={52}
          loading="lazy"
          decoding="async"
          onError={() => (isBroken.value = true)}
        />
      ) : (
        <Icon name={kind} size={isLarge ? 40 : 22} />
      )}
      {isRecording(task) ? (
        <span class="length">{phaseWords().live}</span>
      ) : task.duration === undefined || kind === "list" ? null : (
        <span class="length">{lengthText(Number(task.duration.seconds))}</span>
      )}
    </span>
  );
}
