import { Code, ConnectError } from "@connectrpc/connect";
import type { Caller } from "../limits/caller.ts";
import { HeldPlaces } from "../limits/held-places.ts";

/** Calls for many tasks under way: of one token, of one address, and of all together. */
const most = { ofToken: 4, ofAddress: 8, ofAll: 32 } as const;

/** Bounds the calls for many tasks that are under way. One token holds few of them, from however many addresses. */
export class Batches {
  readonly #ofTokens = new HeldPlaces(most.ofToken);
  readonly #ofAddresses = new HeldPlaces(most.ofAddress, most.ofAll);

  /** Returns a function that releases the place of a call, or the error if there is none. */
  hold({ address, token }: Caller): (() => void) | ConnectError {
    const ofToken = token === undefined ? () => undefined : this.#ofTokens.admit(token.id);
    const ofAddress = ofToken && this.#ofAddresses.admit(address);
    if (ofToken === undefined || ofAddress === undefined) {
      ofToken?.();
      return new ConnectError(
        "too many calls for many tasks are under way; repeat the call in a moment",
        Code.Unavailable,
      );
    }
    return () => {
      ofToken();
      ofAddress();
    };
  }
}
