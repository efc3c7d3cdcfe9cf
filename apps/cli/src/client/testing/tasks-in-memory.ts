import { EventEmitter } from "node:events";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type Task,
  type TaskFilter,
  TaskSchema,
  TaskState,
  WaitSchema,
  type WatchTasksResponse,
  WatchTasksResponseSchema,
} from "@dwld/rpc";

type Event = WatchTasksResponse["event"];

/** Tasks in memory, which a test moves into any state by hand, and the events that their watchers are sent. */
export class TasksInMemory {
  /** The newest is the last. */
  readonly tasks: Task[] = [];
  #count = 0;
  protected readonly log: Event[] = [];
  protected readonly news = new EventEmitter().setMaxListeners(0);

  /** Adds a task, and notifies the watchers. */
  put(init: MessageInitShape<typeof TaskSchema>): Task {
    this.#count += 1;
    const shortId = (0x019abf00 + this.#count).toString(16).padStart(8, "0");
    const task = create(TaskSchema, {
      id: `${shortId}-7c11-7d2a-9b0e-3f5d6c7b8a90`,
      shortId,
      state: TaskState.QUEUED,
      createTime: timestampNow(),
      updateTime: timestampNow(),
      ...init,
    });
    this.tasks.push(task);
    this.#notify({ case: "changed", value: task });
    return task;
  }

  /** Changes a task, and notifies the watchers. */
  set(id: string, change: Partial<Task>): void {
    const index = this.tasks.findIndex((task) => task.id === id);
    const task: Task = { ...this.find(id), ...change };
    this.tasks[index] = task;
    this.#notify({ case: "changed", value: task });
  }

  /** The newest task of a link. */
  byLink(link: string): Task | undefined {
    return this.tasks.findLast((task) => task.link === link);
  }

  /** Sends progress to the watchers. */
  progress(id: string, progress: MessageInitShape<typeof TaskSchema>["progress"]): void {
    const message = create(WatchTasksResponseSchema, {
      event: { case: "progress", value: { taskId: id, ...(progress && { progress }) } },
    });
    this.#notify(message.event);
  }

  /** Sets what a task waits for, which is no change of the task itself, and notifies the watchers. */
  wait(id: string, wait: MessageInitShape<typeof WaitSchema>): void {
    this.find(id).wait = create(WaitSchema, wait);
    this.#notify(create(WatchTasksResponseSchema, { event: { case: "wait", value: { taskId: id, wait } } }).event);
  }

  /** Removes a task, and notifies the watchers. */
  remove(id: string): void {
    const index = this.tasks.findIndex((task) => task.id === id);
    this.tasks.splice(index, 1);
    this.#notify({ case: "deletedId", value: id });
  }

  protected find(id: string): Task {
    const task = this.tasks.find((each) => each.id === id);
    if (task === undefined) throw new ConnectError(`no task ${id}`, Code.NotFound);
    return task;
  }

  #notify(event: Event): void {
    this.log.push(event);
    this.news.emit("event");
  }
}

export function isFinal({ state }: Task): boolean {
  return state === TaskState.DONE || state === TaskState.FAILED || state === TaskState.CANCELED;
}

export function fits(task: Task, filter: TaskFilter | undefined): boolean {
  if (filter === undefined) return true;
  return (
    (filter.states.length === 0 || filter.states.includes(task.state)) &&
    (filter.chatId === undefined || filter.chatId === task.chatId) &&
    (filter.parentId === "" || filter.parentId === task.parentId) &&
    (filter.site === "" || filter.site === task.site) &&
    task.id.startsWith(filter.idPrefix) &&
    `${task.link}\n${task.title}`.toLowerCase().includes(filter.text.toLowerCase())
  );
}
