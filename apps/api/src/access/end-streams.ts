import type { Interceptor } from "@connectrpc/connect";
import { identityOf } from "./identity.ts";

/** Ends a stream when its caller may call no longer: its token expires or is revoked. */
export const endStreams: Interceptor = (next) => async (request) => {
  if (!request.stream) return await next(request);
  const { ended } = identityOf(request.contextValues);
  const response = await next({ ...request, signal: AbortSignal.any([request.signal, ended]) });
  return response.stream ? { ...response, message: untilAborted(response.message, ended) } : response;
};

/** Yields the messages until the signal is aborted, and then throws its reason. */
async function* untilAborted<Message>(messages: AsyncIterable<Message>, signal: AbortSignal): AsyncGenerator<Message> {
  const iterator = messages[Symbol.asyncIterator]();
  // Not Promise.race, which would keep each message until the end of the stream.
  let interrupt: (reason: unknown) => void = () => undefined;
  const end = (): void => {
    interrupt(signal.reason);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Message>>();
      interrupt = reject;
      iterator.next().then(resolve, reject);
      const result = await promise;
      signal.throwIfAborted();
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    signal.removeEventListener("abort", end);
    // Not awaited, since a handler that waits for its client would never answer; its own errors have been told.
    iterator.return?.().catch(() => undefined);
  }
}
