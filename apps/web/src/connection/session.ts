import { timestampMs } from "@bufbuild/protobuf/wkt";
import { access } from "./transport.ts";
import { serverTime } from "./clock.ts";
import { askIdentity, becomeNobody, identity } from "./identity.ts";
import { isRenewalDue } from "./renewal.ts";

/** Exchanges a token for a session, which the browser keeps in a cookie that no script reads. @throws ConnectError */
export async function logIn(token: string): Promise<void> {
  await access.createSession({}, { headers: { authorization: `Bearer ${token}` } });
  await askIdentity();
}

/** Ends the session of this browser, or all that were begun with its token. @throws ConnectError */
export async function logOut({ everywhere }: { everywhere: boolean }): Promise<void> {
  await access.deleteSession({ all: everywhere });
  becomeNobody();
}

const lookEveryMs = 10 * 60_000;

/** Renews the session before it ends, also of a hidden tab: who leaves the page open stays logged in. */
export function keepSession(): void {
  let renewed: number | undefined;
  setInterval(() => {
    // Another tab may have renewed it.
    const renewal = isDue(renewed) ? askIdentity().then(() => renewIfDue()) : Promise.resolve();
    // Offline, or without a session that can be renewed: the session ends, and the login is shown.
    renewal.catch(() => undefined);
  }, lookEveryMs);

  async function renewIfDue(): Promise<void> {
    if (!isDue(renewed)) return;
    const { expireTime } = await access.createSession({});
    renewed = expireTime && timestampMs(expireTime);
    await askIdentity();
  }
}

function isDue(renewed: number | undefined): boolean {
  const who = identity.peek();
  if (typeof who !== "object" || who.expireTime === undefined) return false;
  return isRenewalDue(timestampMs(who.expireTime), { renewed, nowMs: serverTime().getTime() });
}
