import { server } from "./transport.ts";

/** The part of the Trusted Types that is used: TypeScript 7 does not know them. */
type TrustedTypes = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
};

/**
 * Has the browser keep the page for the time when the server is away. Browsers do that over HTTPS and on this machine alone; the
 * page works without.
 */
export async function keepPageOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const script = `${server}/service-worker.js`;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("dwld", {
    createScriptURL: (url) => {
      if (url !== script) throw new TypeError(`the page runs no script of ${url}`);
      return url;
    },
  });
  await navigator.serviceWorker.register(policy?.createScriptURL(script) ?? script, { updateViaCache: "none" });
}
