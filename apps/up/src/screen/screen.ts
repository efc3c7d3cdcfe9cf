import { describeEvent, readLogLine } from "./describe-event.ts";

/** What a person at a terminal sees of the log: the greeting, then a line for each event that matters. */
export type Screen = {
  /** A line of any process's log, or of its stderr. */
  readonly show: (line: string) => void;
  /** The first thing that stands there, but for trouble; what has happened meanwhile follows. */
  readonly greet: (lines: readonly string[]) => void;
};

export function createScreen(print: (text: string) => void): Screen {
  let held: string[] | undefined = [];
  return {
    show: (line) => {
      const fields = readLogLine(line);
      if (fields === undefined) {
        print(`${line}\n`);
        return;
      }
      const event = describeEvent(fields);
      if (event === undefined) return;
      if (held === undefined || fields.level !== "info") print(`${event}\n`);
      else held.push(event);
    },
    greet: (lines) => {
      const events = held ?? [];
      held = undefined;
      print([...lines, ...events].map((line) => `${line}\n`).join(""));
    },
  };
}
