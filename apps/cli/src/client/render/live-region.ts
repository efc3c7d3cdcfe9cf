import { textWidth } from "./fit-text.ts";

/** The part of a terminal stream that redrawing needs; a size of 0 is unknown. */
export type Terminal = { columns: number; rows: number; write: (text: string) => unknown };

const wrapOff = "\u001b[?7l";
const wrapOn = "\u001b[?7h";
const eraseBelow = "\u001b[J";

/**
 * Redraws the last lines of a terminal in place. After every call the cursor stands at the start of the line below, so that
 * the terminal is in order however the program ends.
 */
export class LiveRegion {
  readonly #terminal: Terminal;
  #drawn: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** How many lines fit without scrolling. */
  get capacity(): number {
    return Math.max(1, (this.#terminal.rows || 24) - 1);
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  /** Replaces the lines drawn before; `above` is printed over them, to stay. */
  draw(lines: string[], above: string[] = []): void {
    this.#terminal.write(frame(this.#drawn, above, lines, this.columns));
    this.#drawn = lines;
  }
}

/**
 * Returns the text that replaces the lines drawn before. Those that are wider than the terminal is now take more than one
 * row. Wrapping is off while the new lines are written, so that a character wider than expected cannot shift them.
 */
export function frame(before: string[], above: string[], lines: string[], columns: number): string {
  const rows = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  const up = rows === 0 ? "\r" : `\r\u001b[${rows}A`;
  const text = (some: string[]): string => some.map((line) => `${line}\n`).join("");
  return `${up}${eraseBelow}${text(above)}${wrapOff}${text(lines)}${wrapOn}`;
}
