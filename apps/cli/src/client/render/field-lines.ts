import { padText } from "./fit-text.ts";

/** Returns names and values, one pair a line, with the values aligned; a pair without a value is left out. */
export function fieldLines(fields: [name: string, value: string][]): string[] {
  const said = fields.filter(([, value]) => value !== "");
  const width = Math.max(0, ...said.map(([name]) => name.length));
  return said.map(([name, value]) => `${padText(name, width)}  ${value}`);
}
