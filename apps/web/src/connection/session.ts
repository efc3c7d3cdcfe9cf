import { effect, untracked } from "@preact/signals";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { minuteMs } from "@dwld/timing";
import { access } from "./transport.ts";
import { serverTime } from "./clock.ts";
import { askIdentity, identity } from "./identity.ts";
import { isRenewalDue } from "./renewal.ts";

/** Exchanges a token for a session, which the browser keeps in a cookie that no script reads. @throws ConnectError */
export async function logIn(token: string): Promise<void> {
  await access.createSession({}, { headers: { authorization: `Bearer ${token}` } });
  await askIdentity();
}

/** Ends the session of this browser, or all that were begun with its token. @throws ConnectError */
export async function logOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  await access.deleteSession({ all: everywhere });
  await askIdentity();
}

const lookEveryMs = 10 * minuteMs;

/** Renews the session before it ends, also of a hidden tab: who leaves the page open stays logged in. */
export function keepSession(): void {
  let renewed: number | undefined;
  let isBusy = false;
  const look = async (): Promise<void> => {
    if (isBusy || !isDue(renewed)) return;
    isBusy = true;
    try {
      // Another tab may have renewed the session.
      await askIdentity();
      if (!isDue(renewed)) return;
      const { expireTime } = await access.createSession({});
      renewed = expireTime && timestampMs(expireTime);
      await askIdentity();
    } catch {
      // The server is away, or has no session that could be renewed: if this one ends, the login is shown.
    } finally {
      isBusy = false;
    }
  };
  // A machine that slept asks who looks when it wakes up.
  effect(() => {
    void identity.value;
    untracked(() => void look());
  });
  setInterval(() => void look(), lookEveryMs);
}

function isDue(renewed: number | undefined): boolean {
  const who = identity.peek();
  if (typeof who !== "object" || who.expireTime === undefined) return false;
  return isRenewalDue(timestampMs(who.expireTime), { renewed, nowMs: serverTime().getTime() });
}
