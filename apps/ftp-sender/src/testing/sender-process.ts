import { join } from "node:path";
import { testHost } from "@dwld/queue/testing";
import { type Dwld, type DwldOptions, startDwld } from "@dwld/testbed";
import type { Beds } from "./beds.ts";

type SenderOptions = { ftp?: object; graceSeconds?: number } & Pick<DwldOptions, "environment">;

/** Starts the real app as a process, which delivers to the server through the tampering proxy. */
export async function startSender(
  { bed, server, tampered }: Pick<Beds, "bed" | "tampered"> & { server: Pick<Beds["server"], "configuration"> },
  { ftp = {}, graceSeconds = 10, environment = {} }: SenderOptions = {},
): Promise<Dwld> {
  return await startDwld({
    apps: ["ftp-sender"],
    until: "alive",
    environment,
    configuration: {
      host: testHost.name,
      database: bed.database.location,
      worker: { downloads: join(bed.folder, "downloads") },
      ftp: { ...server.configuration, port: tampered.port, ...ftp },
      shutdown: { graceSeconds },
      log: { level: "trace" },
    },
  });
}

export async function terminate(sender: Dwld): Promise<number | undefined> {
  sender.signal("ftp-sender", "SIGTERM");
  return (await sender.waitForEnd("ftp-sender")).exitStatus;
}
