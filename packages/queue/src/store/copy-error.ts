/** A task table cannot be copied. The message says why and what to do. */
export class CopyError extends Error {
  override readonly name = "CopyError";
  readonly code = "copy";
}

/** @throws CopyError for a number that JavaScript, and with it dwld, would round. */
export function safeNumber(value: bigint | string, where: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new CopyError(
    `${where} has the number ${value}, which is beyond 2^53, and was not written by dwld. Correct it there.`,
  );
}
