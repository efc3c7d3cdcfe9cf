import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfiguration } from "@dwld/daemon";
import { openDatabase } from "@dwld/queue";
import type { ReleaseServer } from "@dwld/testbed";
import { programEnvironment } from "../../process/program-environment.ts";
import type { Confinement } from "../../releases/confined-program.ts";
import { openSelfTestRoom } from "../../releases/self-test-room.ts";
import type { Capabilities } from "../../ytdlp/capabilities.ts";
import { updateParts } from "../update-parts.ts";
import { update } from "../update.ts";

const environment = programEnvironment(process.env);

/** Makes a host that uses the installed 2026.10.26 and takes its updates from this server, which lies no more at the end of the test. */
export async function startUpdateHost(
  t: { after(release: () => Promise<void>): void },
  server: ReleaseServer,
  { data, stages = "{}" }: { data?: string; stages?: string } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "dwld-update-"));
  const section = `{ mirror: "${server.url}", keyFile: ${server.keyFile}, channel: stable }`;
  const text = `data: ${data ?? folder}\nstages: ${stages}\nworker: { ytdlp: { update: ${section} } }\n`;
  const configuration = parseConfiguration(text, { file: join(folder, "dwld.yaml") });
  const database = await openDatabase(configuration.database);
  t.after(async () => {
    server.lie(undefined);
    await database.close();
    await rm(folder, { recursive: true });
  });
  const configured = { choose: () => Promise.resolve({ version: "2026.10.26" } as Capabilities) };
  const parts = updateParts({
    configuration: () => configuration,
    database,
    host: "here",
    environment,
    configured,
    now: Date.now,
  });
  const { signal } = new AbortController();
  const look = async ({ isAsked = false, ...confined }: Partial<Confinement> & { isAsked?: boolean } = {}) =>
    await update({
      isAsked,
      ...parts,
      signal,
      onStep: () => undefined,
      openRoom: async (proxy) => {
        const room = await openSelfTestRoom(configuration.worker, environment, { proxy, signal });
        return { ...room, confinement: { ...room.confinement, ...confined } };
      },
    });
  const lookForNewer = async () => {
    const { result, version } = await look();
    return { result, version };
  };
  return { folder, database, parts, look, update: lookForNewer, versions: parts.folder.root };
}
