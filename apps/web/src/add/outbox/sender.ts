import { type ReadonlySignal, signal } from "@preact/signals";
import { Code, ConnectError } from "@connectrpc/connect";
import type { AddTaskRequest, AddTaskResult } from "@dwld/rpc";
import { minuteMs } from "@dwld/timing";
import { type Answer, answerOf, laterOf } from "./answers.ts";
import { firstStep } from "./first-step.ts";
import { type Damaged, type Outbox, requestOf, type Waiting, waitingOf } from "./outbox.ts";

export type Answered = { readonly link: string; readonly answer: Exclude<Answer, { kind: "later" }> };

/** The reason for which links wait. `until`, ms since the epoch: a limit of the server; otherwise the server is away, or refuses the caller. */
export type Pause = { readonly reason: string; readonly until?: number };

export type SenderParts = {
  readonly outbox: Outbox;
  /** AddTasks. @throws ConnectError */
  readonly call: (requests: AddTaskRequest[]) => Promise<AddTaskResult[]>;
  /** Carries work out while no other tab does. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** The chat of the caller; undefined while nobody is known to be logged in. */
  readonly chat: () => string | undefined;
  readonly nowMs: () => number;
  /** Runs something after a time; returns how to call that off. */
  readonly later: (run: () => void, ms: number) => () => void;
  /** Takes links back that could not be added: refused, or not kept by the browser while the server is away. */
  readonly giveBack: (links: readonly string[]) => void;
};

const firstBackoffMs = 1000;
const longestBackoffMs = minuteMs;

/** Sends what waits in the outbox, in steps, and again until the server has answered for each link. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #waiting = signal<readonly Waiting[]>([]);
  readonly #damaged = signal<readonly Damaged[]>([]);
  readonly #answered = signal<readonly Answered[]>([]);
  readonly #pause = signal<Pause | undefined>(undefined);
  readonly #isSending = signal(false);
  readonly #unkept = signal(false);
  #backoffMs = firstBackoffMs;
  #isAskedAgain = false;
  #callOff: (() => void) | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.refresh();
  }

  get waiting(): ReadonlySignal<readonly Waiting[]> {
    return this.#waiting;
  }
  get damaged(): ReadonlySignal<readonly Damaged[]> {
    return this.#damaged;
  }
  /** The answers since the last `add`. */
  get answered(): ReadonlySignal<readonly Answered[]> {
    return this.#answered;
  }
  get pause(): ReadonlySignal<Pause | undefined> {
    return this.#pause;
  }
  get isSending(): ReadonlySignal<boolean> {
    return this.#isSending;
  }
  /** Whether links came back, since the browser keeps nothing and the server is away. */
  get unkept(): ReadonlySignal<boolean> {
    return this.#unkept;
  }

  /** Keeps links, and sends them. */
  async add(requests: readonly AddTaskRequest[]): Promise<void> {
    const chat = this.#parts.chat() ?? "";
    if (!this.#isSending.peek()) this.#answered.value = [];
    this.#parts.outbox.put(requests.map((request) => waitingOf(request, chat)));
    this.#unkept.value = false;
    this.refresh();
    await this.send();
  }

  /** Reads anew what waits: another tab may have changed it. */
  refresh(): void {
    const { waiting, damaged } = this.#parts.outbox.read();
    this.#waiting.value = waiting;
    if (damaged.length > 0 || this.#damaged.peek().length > 0) this.#damaged.value = damaged;
  }

  discard(ids: readonly string[]): void {
    this.#parts.outbox.drop(ids);
    this.refresh();
  }

  forgetAnswers(): void {
    this.#answered.value = [];
  }

  /** Tries again if the server was away; called when it is heard again. */
  wake(): void {
    if (this.#pause.peek()?.until === undefined) void this.send();
  }

  /** Sends all that waits. Ends when that is done, or when it has to pause; a pause that knows its end goes on by itself. */
  async send(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isSending.peek()) return;
    this.#isSending.value = true;
    try {
      while (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        await this.#parts.alone(async () => await this.#round());
      }
    } finally {
      this.#isSending.value = false;
      this.refresh();
    }
  }

  /** Sends what waits at its beginning: links that another tab adds meanwhile are answered there. */
  async #round(): Promise<void> {
    const chat = this.#parts.chat();
    this.#callOff?.();
    if (chat === undefined) return;
    this.refresh();
    let rest = this.#waiting.peek().filter((waiting) => waiting.chat === "" || waiting.chat === chat);
    if (rest.length === 0) this.#pause.value = undefined;
    while (rest.length > 0) {
      const first = firstStep(rest);
      rest = rest.slice(first.length);
      const step = this.#readable(first, chat);
      if (step.length === 0) continue;
      const answers = await this.#ask(step.map(({ request }) => request));
      if (answers === undefined) return;
      const held = this.#settle(step.map(({ waiting }, index) => [waiting, answers[index] ?? answerOf(undefined)]));
      if (held !== undefined) {
        this.#pauseFor(held);
        return;
      }
      this.#backoffMs = firstBackoffMs;
      this.#pause.value = undefined;
    }
  }

  #readable(step: readonly Waiting[], chat: string): { waiting: Waiting; request: AddTaskRequest }[] {
    return step.flatMap((waiting) => {
      try {
        return [{ waiting, request: requestOf(waiting, chat) }];
      } catch {
        this.#parts.outbox.setAside(waiting.id);
        this.refresh();
        return [];
      }
    });
  }

  async #ask(requests: AddTaskRequest[]): Promise<Answer[] | undefined> {
    try {
      return (await this.#parts.call(requests)).map(({ result }) => answerOf(result));
    } catch (cause) {
      const error = ConnectError.from(cause);
      const refusesCaller = error.code === Code.Unauthenticated || error.code === Code.PermissionDenied;
      this.#pauseFor(laterOf(error), refusesCaller);
      return undefined;
    }
  }

  /** Takes the links that were answered out of the outbox. Returns the answer that holds the others back the longest. */
  #settle(answers: readonly (readonly [Waiting, Answer])[]): (Answer & { kind: "later" }) | undefined {
    let held: (Answer & { kind: "later" }) | undefined;
    const settled: Answered[] = [];
    for (const [{ link }, answer] of answers) {
      if (answer.kind !== "later") settled.push({ link, answer });
      else if (held === undefined || (answer.afterMs ?? 0) > (held.afterMs ?? 0)) held = answer;
    }
    this.#parts.outbox.drop(answers.filter(([, { kind }]) => kind !== "later").map(([{ id }]) => id));
    this.#answered.value = [...this.#answered.peek(), ...settled];
    const refused = settled.filter(({ answer }) => answer.kind === "refused");
    if (refused.length > 0) this.#parts.giveBack(refused.map(({ link }) => link));
    this.refresh();
    return held;
  }

  #pauseFor({ reason, afterMs }: Answer & { kind: "later" }, refusesCaller = false): void {
    const { nowMs, later, outbox, giveBack } = this.#parts;
    this.#pause.value = afterMs === undefined ? { reason } : { reason, until: nowMs() + afterMs };
    const unkept = outbox.takeUnkept();
    this.#unkept.value ||= unkept.length > 0;
    if (unkept.length > 0) giveBack(unkept.map(({ link }) => link));
    if (refusesCaller || outbox.read().waiting.length === 0) return;
    this.#callOff = later(() => void this.send(), afterMs ?? this.#backoffMs);
    if (afterMs === undefined) this.#backoffMs = Math.min(longestBackoffMs, this.#backoffMs * 2);
  }
}
