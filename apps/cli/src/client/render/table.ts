import { cutText, padText, textWidth } from "./fit-text.ts";

export type Column<Row> = {
  header: string;
  text: (row: Row) => string;
  /** Columns kept for it on a terminal, two spaces between neighbours. */
  width: number;
  align?: "left" | "right";
  /** On a narrow terminal the highest goes first; absent = never goes. */
  dropOrder?: number;
  /** On a terminal what is wider than the column is cut; else it moves what comes behind it. */
  cut?: true;
};

/** The column that takes what is left. */
export type LastColumn<Row> = {
  header: string;
  /** @param columns what is left for it on a terminal; undefined where nothing is cut. */
  text: (row: Row, columns: number | undefined) => string;
  /** Other columns go before it has fewer columns of a terminal than this; 20 unless it is said. */
  leastWidth?: number;
};

export type Table<Row> = {
  header: string;
  line: (row: Row) => string;
};

const columnGap = "  ";
const leastLastWidth = 20;

/**
 * A table whose last column takes what is left of the terminal and is cut there.
 * The widths are fixed, so that page after page can be printed.
 * @param terminalColumns undefined where the output is no terminal: every column, nothing is cut.
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
