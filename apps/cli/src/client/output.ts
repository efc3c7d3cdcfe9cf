import { type DescMessage, type MessageShape, toJsonString } from "@bufbuild/protobuf";
import { escapeHidden } from "@dwld/text";
import type { Look } from "./render/look.ts";

/** The output could not be written, other than because its reader left. */
export class OutputError extends Error {
  readonly code = "output";
}

/** How a command speaks. */
export type Manner = {
  json: boolean;
  /** False for a terminal that knows no escape sequences (TERM=dumb). */
  canRedraw: boolean;
  /** False where the person wants no colours (NO_COLOR), or the terminal has none. */
  canColour: boolean;
  /** Nothing is shortened for a terminal. */
  whole: boolean;
};

/**
 * Where a command speaks: answers to stdout, complaints to stderr. With `--json` stdout belongs to the documents
 * alone, and what is said to people goes to stderr.
 * A reader that leaves (`| head`) is no error: what is said from then on is dropped.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #manner: Manner;
  readonly #gone = new AbortController();
  #stderrIsGone = false;

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, manner: Manner) {
    this.json = manner.json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#manner = manner;
    stdout.on("error", (error: NodeJS.ErrnoException) => {
      const reason = new OutputError(`the output cannot be written: ${error.message}`);
      this.#gone.abort(error.code === "EPIPE" ? undefined : reason);
    });
    stderr.on("error", () => {
      this.#stderrIsGone = true;
    });
  }

  /** Given when nobody reads any more; its reason is an OutputError where writing failed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Why writing failed, where it was not that the reader left. */
  get failure(): OutputError | undefined {
    const reason: unknown = this.#gone.signal.reason;
    return reason instanceof OutputError ? reason : undefined;
  }

  /** Resolves when everything that was said is out, or writing has failed. */
  async settled(): Promise<void> {
    if (!this.#gone.signal.aborted) await new Promise<void>((resolve) => this.#stdout.write("", () => resolve()));
  }

  /** The width of the terminal that the answer goes to; undefined where it goes to a file or a pipe. */
  get columns(): number | undefined {
    return this.#stdout.isTTY ? this.#stdout.columns || 80 : undefined;
  }

  /** How what is said is to look. */
  get look(): Look {
    const { columns } = this;
    const { json, canColour, whole } = this.#manner;
    const isTerminal = columns !== undefined && !json;
    return {
      columns: whole ? undefined : columns,
      shortIds: isTerminal && !whole,
      colours: isTerminal && canColour,
    };
  }

  /** The terminal that lines can be redrawn on, if there is one. */
  get terminal(): NodeJS.WriteStream | undefined {
    return this.#stdout.isTTY && this.#manner.canRedraw && !this.json ? this.#stdout : undefined;
  }

  /** Lines of the answer to a person. */
  say(...lines: string[]): void {
    const stream = this.json ? this.#stderr : this.#stdout;
    if (lines.length > 0) this.#write(stream, `${lines.join("\n")}\n`);
  }

  /** A question to a person; the answer is typed behind it. */
  ask(question: string): void {
    this.#write(this.#stdout, question);
  }

  /** A message of the contract as one line of JSON. */
  document<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>): void {
    this.#line(toJsonString(schema, message, { alwaysEmitImplicit: true }));
  }

  /** What no message of the contract says, as one line of JSON. */
  value(value: object): void {
    this.#line(JSON.stringify(value));
  }

  /** A line of trouble, on stderr. */
  complain(text: string): void {
    this.#write(this.#stderr, `dwld: ${text}\n`);
  }

  #line(json: string): void {
    this.#write(this.#stdout, `${escapeHidden(json)}\n`);
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    const gone = stream === this.#stderr ? this.#stderrIsGone : this.#gone.signal.aborted;
    if (!gone) stream.write(text);
  }
}
