import type { DeepReadonly } from "./frozen.ts";
import type { ParsedConfiguration } from "./schema.ts";
import { withAbsolute } from "./with-absolute.ts";

type Written = ParsedConfiguration["notify"];

/** Where the operator is told, and where programs are, with every path absolute. */
export type NotifySettings = DeepReadonly<Written>;

export type NotifyTarget = NotifySettings["targets"][number];

/** @param folder where relative paths begin. */
export function completeNotify({ targets, ...notify }: Written, folder: string): NotifySettings {
  return {
    ...withAbsolute(notify, "taskSecretFile", folder),
    targets: targets.map(({ webhook, ntfy, email, telegram, ...target }) => ({
      ...target,
      ...(webhook === undefined ? {} : { webhook: withAbsolute(webhook, "secretFile", folder) }),
      ...(ntfy === undefined ? {} : { ntfy: withAbsolute(ntfy, "tokenFile", folder) }),
      ...(email === undefined ? {} : { email: withAbsolute(email, "sendmail", folder) }),
      ...(telegram === undefined ? {} : { telegram: withAbsolute(telegram, "tokenFile", folder) }),
    })),
  };
}
