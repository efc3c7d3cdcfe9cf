import { timestampMs } from "@bufbuild/protobuf/wkt";
import type { Task } from "@dwld/rpc";
import { taskName, totalBytes } from "../render/task-words.ts";

type Compare = (a: Task, b: Task) => number;

/** The largest, fastest or latest first; words in alphabetical order; unknown values last. */
export const taskOrders = {
  added: descending(({ createTime }) => (createTime === undefined ? -1 : timestampMs(createTime))),
  changed: descending(({ updateTime }) => (updateTime === undefined ? -1 : timestampMs(updateTime))),
  size: descending((task) => (task.files.length === 0 ? -1 : Number(totalBytes(task)))),
  speed: descending(({ progress }) => Number(progress?.speedBytesPerSecond ?? -1n)),
  state: (a, b) => a.state - b.state,
  site: (a, b) => byLetters(a.site, b.site),
  title: (a, b) => byLetters(taskName(a), taskName(b)),
} satisfies Record<string, Compare>;

export type TaskOrder = keyof typeof taskOrders;

function descending(value: (task: Task) => number): Compare {
  return (a, b) => value(b) - value(a);
}

const { compare: byLetters } = new Intl.Collator(undefined, { numeric: true });
