import { setTimeout as pause } from "node:timers/promises";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { type Health, ServingStatus } from "@dwld/rpc/services";
import { ShuttingDownError } from "../rules/errors.ts";

/** How often readiness is checked for watchers, ms. */
const watchIntervalMs = 1000;

export type HealthSource = {
  ready: () => Promise<boolean>;
  /** Aborted when the server shuts down. */
  stopping: AbortSignal;
};

/**
 * `grpc.health.v1.Health`: SERVING while the process is ready. health.proto lays down how an unknown name is answered.
 *
 * @param services full names of the services that can be asked for.
 */
export function healthService(
  { ready, stopping }: HealthSource,
  services: readonly string[],
): ServiceImpl<typeof Health> {
  // The empty name stands for the whole server.
  const knownServices = ["", ...services];
  const statusNow = async () =>
    !stopping.aborted && (await ready()) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  return {
    check: async ({ service }) => {
      if (!knownServices.includes(service))
        throw new ConnectError(`there is no service ${JSON.stringify(service)} here`, Code.NotFound);
      return { status: await statusNow() };
    },
    list: async () => {
      const status = await statusNow();
      return { statuses: Object.fromEntries(knownServices.map((name) => [name, { status }])) };
    },
    watch: async function* watch({ service }, { signal }) {
      const known = knownServices.includes(service);
      const ended = AbortSignal.any([signal, stopping]);
      let told: ServingStatus | undefined;
      for (;;) {
        const over = ended.aborted;
        const status = known ? await statusNow() : ServingStatus.SERVICE_UNKNOWN;
        if (status !== told) yield { status };
        told = status;
        if (over) break;
        await pauseUnless(ended);
      }
      if (stopping.aborted) throw new ShuttingDownError();
    },
  };
}

async function pauseUnless(ended: AbortSignal): Promise<void> {
  try {
    await pause(watchIntervalMs, undefined, { signal: ended });
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}
