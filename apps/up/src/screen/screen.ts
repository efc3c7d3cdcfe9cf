import { describeEvent, readLogLine } from "./describe-event.ts";

/** Shows a person the greeting, then a line for each event. */
export type Screen = {
  /** Shows a line of the log or of the stderr of any process. */
  readonly show: (line: string) => void;
  /** Shows the greeting, then the events that were held back for it; warnings and errors are not held back. */
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
