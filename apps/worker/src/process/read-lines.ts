import type { Readable } from "node:stream";

/**
 * The lines of a program's output, in UTF-8, without their ends ("\n", "\r\n" or "\r"). Of a longer line than
 * `mostLetters` comes its beginning; the rest is read and forgotten, so that no line costs more memory than that.
 *
 * Node's readline, and with it execa's `lines`, keeps a line until it is whole, however long that is.
 */
export async function* readLines(output: Readable, mostLetters: number): AsyncGenerator<string> {
  let line = "";
  let endedInReturn = false;
  for await (const chunk of output.setEncoding("utf8") as AsyncIterable<string>) {
    // The other half of an end that came in two chunks.
    const text = endedInReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    endedInReturn = chunk.endsWith("\r");
    const parts = text.split(/\r\n|\n|\r/);
    const last = parts.pop() ?? "";
    for (const part of parts) {
      yield line + part.slice(0, mostLetters - line.length);
      line = "";
    }
    line += last.slice(0, mostLetters - line.length);
  }
  if (line !== "") yield line;
}
