import type { Readable } from "node:stream";

/**
 * Yields the lines of a program's output, decoded as UTF-8, without their ends ("\n", "\r\n" or "\r"). A line longer than
 * `maxLength` characters is cut; the rest of it is read and dropped, so that no line costs more memory than that.
 *
 * Node's readline, and with it execa's `lines`, keeps a line of any length until it is complete.
 */
export async function* readLines(output: Readable, maxLength: number): AsyncGenerator<string> {
  let line = "";
  let endedInReturn = false;
  for await (const chunk of output.setEncoding("utf8") as AsyncIterable<string>) {
    // "\r\n" may be split across two chunks.
    const text = endedInReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    endedInReturn = chunk.endsWith("\r");
    const parts = text.split(/\r\n|\n|\r/);
    const last = parts.pop() ?? "";
    for (const part of parts) {
      yield line + part.slice(0, maxLength - line.length);
      line = "";
    }
    line += last.slice(0, maxLength - line.length);
  }
  if (line !== "") yield line;
}
