/**
 * Sequences that a terminal obeys (ECMA-48): control sequences, control strings with their text (a window's title, a
 * hyperlink), and escapes of two characters; each also with its 8-bit opening. Linear in the length of the text.
 */
const sequences = new RegExp(
  [
    String.raw`(?:\x1B\[|\x9B)[0-?]*[ -\/]*[@-~]`,
    String.raw`(?:\x1B[P\]X^_]|[\x90\x98\x9D-\x9F])[^\x07\x1B\x9C]*(?:\x07|\x1B\\|\x9C)`,
    String.raw`\x1B[0-~]`,
  ].join("|"),
  "g",
);

export function withoutEscapes(text: string): string {
  return text.replaceAll(sequences, "");
}
