import { cutText, padText, textWidth } from "./fit-text.ts";

export type Column<Row> = {
  header: string;
  text: (row: Row) => string;
  /** Its width, in columns of the terminal. */
  width: number;
  align?: "left" | "right";
  /** On a narrow terminal the highest is dropped first; absent: never dropped. */
  dropOrder?: number;
  /** Whether a cell that is too wide is cut on a terminal; else it moves the cells behind it. */
  cut?: true;
};

/** The column that takes the rest of the width. */
export type LastColumn<Row> = {
  header: string;
  /** @param columns the rest of the width; undefined if nothing is cut. */
  text: (row: Row, columns: number | undefined) => string;
  /** Other columns are dropped before this one gets narrower; default: 20. */
  leastWidth?: number;
};

export type Table<Row> = {
  header: string;
  line: (row: Row) => string;
};

const columnGap = "  ";
const leastLastWidth = 20;

/**
 * Lays out a table whose last column takes the rest of the terminal's width. The widths are fixed, so that page after page
 * can be printed.
 * @param terminalColumns undefined if the output is no terminal: then no column is dropped, and nothing is cut.
 */
export function layOutTable<Row>(
  columns: Column<Row>[],
  last: LastColumn<Row>,
  terminalColumns: number | undefined,
): Table<Row> {
  const kept = [...columns];
  const taken = (): number => kept.reduce((sum, column) => sum + column.width + columnGap.length, 0);
  if (terminalColumns !== undefined) {
    while (taken() + (last.leastWidth ?? leastLastWidth) > terminalColumns) {
      const next = kept
        .filter((column) => column.dropOrder !== undefined)
        .toSorted((a, b) => (b.dropOrder ?? 0) - (a.dropOrder ?? 0))[0];
      if (next === undefined) break;
      kept.splice(kept.indexOf(next), 1);
    }
  }
  const join = (cells: string[], lastCell: (columns: number | undefined) => string): string => {
    const start = cells.map((cell) => cell + columnGap).join("");
    if (terminalColumns === undefined) return (start + lastCell(undefined)).trimEnd();
    const left = Math.max(0, terminalColumns - textWidth(start));
    return (start + cutText(lastCell(left), left)).trimEnd();
  };
  return {
    header: join(
      kept.map(({ header, width, align }) => padText(header, width, align)),
      () => last.header,
    ),
    line: (row) =>
      join(
        kept.map(({ text, width, align, cut }) => {
          const cell = text(row);
          return padText(cut === true && terminalColumns !== undefined ? cutText(cell, width) : cell, width, align);
        }),
        (left) => last.text(row, left),
      ),
  };
}
