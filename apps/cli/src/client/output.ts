import { type DescMessage, type MessageShape, toJsonString } from "@bufbuild/protobuf";
import { escapeHidden } from "@dwld/text";
import { LiveRegion } from "./render/live-region.ts";
import type { Look } from "./render/look.ts";

/** Writing the output failed, but not because the reader left. */
export class OutputError extends Error {
  readonly code = "output";
}

/** How a command writes. */
export type OutputStyle = {
  json: boolean;
  /** False for a terminal without escape sequences (TERM=dumb). */
  canRedraw: boolean;
  /** False if the person wants no colours (NO_COLOR), or the terminal has none. */
  canColour: boolean;
  /** Whether nothing is shortened for a terminal. */
  whole: boolean;
};

/**
 * Writes answers to stdout and complaints to stderr. With `--json`, stdout has the documents alone, and texts for people go
 * to stderr. A reader that leaves (`| head`) is no error: further output is dropped.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #style: OutputStyle;
  readonly #gone = new AbortController();
  #stderrIsGone = false;
  #statusRegion: LiveRegion | undefined;

  constructor(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, style: OutputStyle) {
    this.json = style.json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#style = style;
    stdout.on("error", (error: NodeJS.ErrnoException) => {
      const reason = new OutputError(`the output cannot be written: ${error.message}`);
      this.#gone.abort(error.code === "EPIPE" ? undefined : reason);
    });
    stderr.on("error", () => {
      this.#stderrIsGone = true;
    });
  }

  /** Aborted when nobody reads any more; its reason is an OutputError if writing failed. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Why writing failed; undefined if it did not, or only because the reader left. */
  get failure(): OutputError | undefined {
    const reason: unknown = this.#gone.signal.reason;
    return reason instanceof OutputError ? reason : undefined;
  }

  /** Where a person is asked. */
  get questions(): NodeJS.WriteStream {
    return this.#stderr;
  }

  /** Resolves when everything is written, or writing has failed. */
  async settled(): Promise<void> {
    if (!this.#gone.signal.aborted) await new Promise<void>((resolve) => this.#stdout.write("", () => resolve()));
  }

  /** The width of the terminal; undefined if stdout is a file or a pipe. */
  get columns(): number | undefined {
    return this.#stdout.isTTY ? this.#stdout.columns || 80 : undefined;
  }

  /** How an answer looks. */
  get look(): Look {
    const { columns } = this;
    const { json, canColour, whole } = this.#style;
    const isTerminal = columns !== undefined && !json;
    return {
      columns: whole ? undefined : columns,
      shortIds: isTerminal && !whole,
      colours: isTerminal && canColour,
    };
  }

  /** The terminal on which lines can be redrawn, if there is one. */
  get terminal(): NodeJS.WriteStream | undefined {
    return this.#stdout.isTTY && this.#style.canRedraw && !this.json ? this.#stdout : undefined;
  }

  /** Writes lines for a person. */
  say(...lines: string[]): void {
    const stream = this.json ? this.#stderr : this.#stdout;
    if (lines.length > 0) this.#write(stream, `${lines.join("\n")}\n`);
  }

  /** Writes a question; the answer is typed behind it. */
  ask(question: string): void {
    this.#write(this.#stdout, question);
  }

  /** Writes a message of the contract as one line of JSON. */
  document<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>): void {
    this.#line(toJsonString(schema, message, { alwaysEmitImplicit: true }));
  }

  /** Writes a value that is no message of the contract, as one line of JSON. */
  value(value: object): void {
    this.#line(JSON.stringify(value));
  }

  /** Shows a line below everything else on a terminal, until something else is written to one. */
  status(line: string): void {
    const terminal = this.terminal ?? (this.#style.canRedraw && this.#stderr.isTTY ? this.#stderr : undefined);
    if (terminal === undefined) return;
    this.#statusRegion ??= new LiveRegion(terminal);
    this.#statusRegion.draw([line]);
  }

  /** Writes a complaint to stderr. */
  complain(text: string): void {
    this.#write(this.#stderr, `dwld: ${text}\n`);
  }

  #line(json: string): void {
    this.#write(this.#stdout, `${escapeHidden(json)}\n`);
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    const gone = stream === this.#stderr ? this.#stderrIsGone : this.#gone.signal.aborted;
    if (gone) return;
    if (stream.isTTY && this.#statusRegion !== undefined) {
      this.#statusRegion.draw([]);
      this.#statusRegion = undefined;
    }
    stream.write(text);
  }
}
