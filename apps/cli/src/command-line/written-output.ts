/** The first failure of each stream that is watched; undefined: none, or its reader left. */
const watched = new WeakMap<NodeJS.WriteStream, { failure: Error | undefined }>();

/**
 * Has a command go on when its output cannot be written: what it does may matter more than what it says. That a reader has seen
 * enough (`| head`) is no failure. Repeating it changes nothing.
 */
export function watchOutput(stream: NodeJS.WriteStream): void {
  if (watched.has(stream)) return;
  const state: { failure: Error | undefined } = { failure: undefined };
  watched.set(stream, state);
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") state.failure ??= error;
  });
}

/** Returns why the output of a stream that is watched could not be written, once all is written; undefined if it could. */
export async function outputFailure(stream: NodeJS.WriteStream): Promise<string | undefined> {
  const state = watched.get(stream);
  if (state === undefined) return undefined;
  await new Promise<void>((resolve) => stream.write("", () => resolve()));
  return state.failure && `the output cannot be written: ${state.failure.message}`;
}
