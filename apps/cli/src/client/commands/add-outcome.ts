import type { ConnectError } from "@connectrpc/connect";
import { type AddTaskResponse, AddTaskResponseSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import type { Answered } from "../connection/task-asker.ts";
import type { Look } from "../render/look.ts";
import { previewLines } from "../render/preview-lines.ts";
import { taskLine } from "../render/task-lines.ts";
import { detailText } from "../render/task-words.ts";
import { explain, type Session } from "../session.ts";
import { TaskTracker } from "../wait/task-tracker.ts";

/** The number of answers after which they are counted on a terminal, and again. */
const countEvery = 500;

/** A line of standard input may be of any length; no link is longer. */
export const mostShownCharacters = 4096;

/** The answers for the links of one `dwld add`, shown as they come. */
export class AddOutcome {
  /** The tasks, if they are waited for. */
  readonly tracker = new TaskTracker();
  /** Links that did not become tasks. */
  readonly refused: string[] = [];
  readonly #session: Session;
  readonly #dryRun: boolean;
  readonly #waits: boolean;
  #answered = 0;
  #limit = "";
  #joined = 0;

  constructor(session: Session, { dryRun = false, wait = false }: { dryRun?: boolean; wait?: boolean }) {
    this.#session = session;
    this.#dryRun = dryRun;
    this.#waits = wait;
  }

  /** How many links were answered. */
  get count(): number {
    return this.#answered + this.refused.length;
  }

  take(answered: Answered): void {
    const before = this.count;
    if ("error" in answered) this.#refuse(answered.links, answered.error);
    else this.#show(answered.answer);
    if (Math.floor(this.count / countEvery) > Math.floor(before / countEvery)) this.showCount();
  }

  /** Tells once that links wait for a limit of the api, until it is another limit. */
  tellLimit(error: ConnectError, links: number): void {
    const limit = explain(this.#session, error).replace(/; try again in .*/, "");
    if (limit !== this.#limit)
      this.#session.output.complain(`${limit}; ${links} ${links === 1 ? "link waits" : "links wait"}`);
    this.#limit = limit;
  }

  /** Shows the count on a terminal, if the links are many. */
  showCount(): void {
    if (this.count >= countEvery) this.#session.output.status(this.#countText());
  }

  /** @param open how many links were sent and not answered. */
  interruptedText(open: number): string {
    const unsure = `of the next ${open}, some may have been added too; adding them again makes no second task`;
    return [`interrupted after ${this.#countText()}`, ...(open === 0 || this.#dryRun ? [] : [unsure])].join("; ");
  }

  #refuse(links: readonly string[], error: unknown): void {
    const [first = "", ...others] = links;
    const shown = oneLine(first, mostShownCharacters);
    const name = others.length === 0 ? shown : `${shown} and ${others.length} more`;
    this.#session.output.complain(`${name}: ${explain(this.#session, error)}`);
    this.refused.push(...links);
  }

  #show(answer: AddTaskResponse): void {
    const { output, clock } = this.#session;
    if (output.json) output.document(AddTaskResponseSchema, answer);
    else if (this.#dryRun)
      output.say(...(this.count > 0 ? [""] : []), ...previewLines(answer, output.look, clock.nowMs()));
    else output.say(...addedLines(answer, output.look, clock.nowMs()));
    this.#answered += 1;
    if (answer.joined) this.#joined += 1;
    if (answer.task !== undefined && this.#waits) this.tracker.add(answer.task);
  }

  /** "1500 links: 1480 added, 12 were there already, 8 refused" */
  #countText(): string {
    const counts = [
      `${this.#answered - this.#joined} ${this.#dryRun ? "would be added" : "added"}`,
      ...(this.#joined === 0 ? [] : [`${this.#joined} were there already`]),
      ...(this.refused.length === 0 ? [] : [`${this.refused.length} refused`]),
    ];
    return `${this.count} ${this.count === 1 ? "link" : "links"}: ${counts.join(", ")}`;
  }
}

function addedLines({ task, joined }: AddTaskResponse, look: Look, nowMs: number): string[] {
  if (task === undefined) return [];
  const parts = [taskLine(task, look), detailText(task, nowMs), joined ? "(was there already)" : ""];
  return [parts.filter((part) => part !== "").join("  ")];
}
