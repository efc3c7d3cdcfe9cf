import { textWidth } from "./fit-text.ts";

/** The part of a terminal stream that is needed to redraw lines; one that does not know its size says 0. */
export type Terminal = { columns: number; rows: number; write: (text: string) => unknown };

const wrapOff = "\u001b[?7l";
const wrapOn = "\u001b[?7h";
const eraseBelow = "\u001b[J";

/**
 * The last lines of a terminal, drawn again and again in place.
 * After every call the cursor stands at the start of the line below, so that whatever ends the program leaves the
 * terminal as it should be.
 */
export class LiveRegion {
  readonly #terminal: Terminal;
  #drawn: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The lines that fit without scrolling. */
  get capacity(): number {
    return Math.max(1, (this.#terminal.rows || 24) - 1);
  }

  get columns(): number {
    return this.#terminal.columns || 80;
  }

  /** Shows these lines in place of those drawn before; `above` is printed to stay, over them, however long it is. */
  draw(lines: string[], above: string[] = []): void {
    this.#terminal.write(frame(this.#drawn, above, lines, this.columns));
    this.#drawn = lines;
  }
}

/**
 * The text that replaces lines drawn before by others.
 * Lines wider than the terminal has become since were broken by it, and take more than one row.
 * While the new ones are written it breaks none, so that a character wider than expected cannot shift them.
 */
export function frame(before: string[], above: string[], lines: string[], columns: number): string {
  const rows = before.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
  const up = rows === 0 ? "\r" : `\r\u001b[${rows}A`;
  const text = (some: string[]): string => some.map((line) => `${line}\n`).join("");
  return `${up}${eraseBelow}${text(above)}${wrapOff}${text(lines)}${wrapOn}`;
}
