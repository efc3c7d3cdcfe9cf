import type { OwnHost } from "../hosts/host.ts";

/** The host of the processes of tests. */
export const testHost: OwnHost = { name: "here", shared: "", dataId: "data" };

/** Returns a further host, which shares its folder for downloads under a name, or has it alone. */
export function otherHost(name: string, shared = ""): OwnHost {
  return { name, shared, dataId: `data of ${name}` };
}
