import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { AddTaskRequestSchema, AddTaskResponse, AddTaskResult, Status } from "@dwld/rpc";
import { classifyFailure } from "./call-failure.ts";
import { laterOf, reachedLimit, type ReachedLimit } from "./reached-limit.ts";
import type { DownloadClient } from "./client.ts";
import { repeatCall, type RepeatOptions } from "./repeat-call.ts";

export type LinkRequest = MessageInitShape<typeof AddTaskRequestSchema> & { link: string };

/** The answer for a link, or the error for one or more of them. */
export type Answered = { links: readonly string[] } & ({ answer: AddTaskResponse } | { error: unknown });

type AskerOptions = Omit<RepeatOptions, "reached"> & {
  /** Called when links wait until a limit of the api has room for them. @param error of the first of them. */
  onLimit: (error: ConnectError, links: number) => void;
};

/** Asks for tasks: for several by AddTasks; for a single one, and if the api is older than AddTasks, by AddTask. */
export class TaskAsker {
  readonly #client: DownloadClient;
  readonly #repetition: AskerOptions;
  #reached = false;
  #hasAddTasks = true;

  constructor(client: DownloadClient, repetition: AskerOptions) {
    this.#client = client;
    this.#repetition = repetition;
  }

  /**
   * Yields the answers in the order of the requests. From the first one that a limit keeps out, they are asked for again
   * when there is room, which makes no second task of those behind it.
   *
   * @throws ConnectError if there is no api to ask, with `reached` false if there never was one; the reason of the signal.
   */
  async *ask(requests: readonly LinkRequest[]): AsyncGenerator<Answered> {
    const { clock, signal, onLimit } = this.#repetition;
    for (let open = requests; open.length > 0;) {
      let answers = 0;
      let kept: ReachedLimit | undefined;
      for await (const answered of this.#askOnce(open)) {
        const limit = reachedLimit(answered);
        if (kept !== undefined || limit !== undefined) kept = laterOf(kept, limit);
        else {
          answers += answered.links.length;
          yield answered;
        }
      }
      open = open.slice(answers);
      if (kept === undefined) return;
      onLimit(kept.error, open.length);
      await clock.sleep(kept.retryMs, signal);
    }
  }

  async *#askOnce(requests: readonly LinkRequest[]): AsyncGenerator<Answered> {
    const together = requests.length > 1 && this.#hasAddTasks ? await this.#askTogether(requests) : undefined;
    if (together !== undefined) yield* together;
    else for (const request of requests) yield* await this.#askAlone(request);
  }

  /** Whether the api has answered before. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Returns undefined if the api does not know AddTasks. */
  async #askTogether(requests: readonly LinkRequest[]): Promise<Answered[] | undefined> {
    const links = requests.map(({ link }) => link);
    const { signal } = this.#repetition;
    try {
      return await this.#call(links, async () => {
        const { results } = await this.#client.addTasks({ requests: [...requests] }, { signal });
        return links.map((link, index) => ({ links: [link], ...answerOf(results[index]) }));
      });
    } catch (error) {
      if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
      this.#hasAddTasks = false;
      return undefined;
    }
  }

  async #askAlone(request: LinkRequest): Promise<Answered[]> {
    const links = [request.link];
    const { signal } = this.#repetition;
    return await this.#call(links, async () => [{ links, answer: await this.#client.addTask(request, { signal }) }]);
  }

  async #call(links: readonly string[], call: () => Promise<Answered[]>): Promise<Answered[]> {
    try {
      const answers = await repeatCall(call, { ...this.#repetition, reached: this.#reached });
      this.#reached = true;
      return answers;
    } catch (error) {
      this.#repetition.signal.throwIfAborted();
      if (classifyFailure(error) !== "answered") throw error;
      this.#reached = true;
      return [{ links, error }];
    }
  }
}

function answerOf(result: AddTaskResult | undefined): { answer: AddTaskResponse } | { error: ConnectError } {
  switch (result?.result.case) {
    case "response":
      return { answer: result.result.value };
    case "error":
      return { error: errorOf(result.result.value) };
    default:
      return { error: new ConnectError("it gave no answer for this link", Code.Internal) };
  }
}

/** Connect's codes are those of google.rpc.Code. */
const codes = Object.values(Code).filter((code) => typeof code === "number");

/** Returns the error with which AddTask would have ended. */
function errorOf({ code, message, details }: Status): ConnectError {
  const error = new ConnectError(
    message,
    codes.find((known: number) => known === code),
  );
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return error;
}
