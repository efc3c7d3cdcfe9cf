import { TaskState } from "@dwld/rpc";

const stateEntries = Object.entries(TaskState).filter(([, state]) => state !== TaskState.UNSPECIFIED);

/** The names of the states on the command line: "queued", "ready-to-send", ... */
export const stateNames: string[] = stateEntries.map(([name]) => name.toLowerCase().replaceAll("_", "-"));

/** Reads names of states with commas between them; undefined if one is unknown. */
export function readStates(text: string): TaskState[] | undefined {
  const states = text.split(",").map((word) => {
    const plain = word.trim().toUpperCase().replaceAll(/[- ]/g, "_").replace("CANCELLED", "CANCELED");
    return stateEntries.find(([name]) => name === plain.replace(/^TASK_STATE_/, ""))?.[1];
  });
  return states.every((state) => state !== undefined) ? states : undefined;
}
