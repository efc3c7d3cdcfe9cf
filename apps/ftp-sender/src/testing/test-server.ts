import { defaultPath } from "@dwld/daemon";
import type { DeliveryRules } from "@dwld/daemon";
import { type DeliveryBed, makeTestDeliverer, type TestDeliverer } from "@dwld/delivery/testing";
import { createFtpDestination } from "../ftp/ftp-destination.ts";

/** A server to deliver to, as far as a test cares. */
export type TestServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  directory: string;
  idleTimeoutMs?: number;
};

export function makeTestSender(
  bed: DeliveryBed,
  server: TestServer,
  rules: Partial<DeliveryRules> = {},
): TestDeliverer {
  const { directory } = server;
  const settings = { idleTimeoutMs: 10_000, ...server, tls: { mode: "none" } } as const;
  const destination = createFtpDestination(() => ({ ...settings }));
  return makeTestDeliverer(bed, destination, {
    ...{ path: defaultPath, conflict: "rename", verify: "size", ...rules },
    directory,
  });
}
