import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** A login of the egress proxy (RFC 7617): its port is open to every user of the machine where no network namespace is. */
export type Login = {
  /** "dwld:SECRET", for the URL of the proxy. */
  readonly userinfo: string;
  admits(headers: IncomingHttpHeaders): boolean;
};

/** Headers of an answer with status 407. ffmpeg shows its login only if it is asked. */
export const loginDemand = { "Proxy-Authenticate": 'Basic realm="dwld"' };

/** Creates a login with a secret of its own. */
export function createLogin(): Login {
  const userinfo = `dwld:${randomBytes(24).toString("hex")}`;
  const right = Buffer.from(`Basic ${Buffer.from(userinfo).toString("base64")}`);
  return {
    userinfo,
    admits: ({ "proxy-authorization": given = "" }) => {
      const shown = Buffer.from(given);
      return shown.length === right.length && timingSafeEqual(shown, right);
    },
  };
}
