import { type ContextValues, createContextKey } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { makeCallId } from "@dwld/rpc/call-id";

/** Set by the listeners. */
export const callIdKey = createContextKey<string | undefined>(undefined);

/** Returns the id of a call, by which its caller and the log name it. */
export function callIdOf(values: ContextValues): string {
  const known = values.get(callIdKey);
  if (known !== undefined) return known;
  const made = makeCallId();
  values.set(callIdKey, made);
  return made;
}

/** Returns a context whose log lines carry the id of a call. */
export function loggedAs<Context extends { readonly logger: Logger }>(
  context: Context,
  { values }: { readonly values: ContextValues },
): Context {
  return { ...context, logger: context.logger.child({ call_id: callIdOf(values) }) };
}
