import { Code, ConnectError } from "@connectrpc/connect";
import { setTimeout as pause } from "node:timers/promises";
import type { Dwld } from "@dwld/testbed";

type Client = Dwld["client"];

/** Codes that answer a call; all others say that it was not carried out. */
const answers: readonly Code[] = [
  Code.FailedPrecondition,
  Code.NotFound,
  Code.InvalidArgument,
  Code.AlreadyExists,
  Code.Internal,
];

/** For each call: an api may be frozen, or cut off. */
export const patience = { timeoutMs: 5000 };

/** Repeats a call at each api in turn until it is answered, as a client does if its server comes and goes. */
export async function askUntilAnswered<Answer>(
  clients: readonly Client[],
  call: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  for (let turn = 0; ; turn += 1) {
    const client = clients[turn % clients.length];
    if (client === undefined) throw new Error("there is no api to ask");
    try {
      return await call(client);
    } catch (error) {
      // A lost connection has a cause, and an answer has none: to connect-node, a host out of reach is an internal error.
      if (!(error instanceof ConnectError) || (answers.includes(error.code) && error.cause === undefined)) throw error;
      await pause(50);
    }
  }
}
