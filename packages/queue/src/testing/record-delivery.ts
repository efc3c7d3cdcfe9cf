import type { Lease } from "../leases/claim-task.ts";
import { recordCopies, reserveRemotePath, type VerifiedCopy } from "../remote-files/deliver-file.ts";
import type { RemoteName } from "../remote-files/remote-parts.ts";
import type { Database } from "../store/database.ts";
import type { FileRow } from "../store/schema.ts";

/** Reserves a name that is free on the server. */
export async function reserveName(
  database: Database,
  lease: Lease,
  file: FileRow,
  { name, part }: { name: RemoteName; part: string },
): Promise<"reserved" | "taken" | "known" | "lost"> {
  return await reserveRemotePath(database, lease, { file, name, part, isSeen: true, copies: [] }, 0);
}

/** Records a verified copy in a transaction of its own. */
export async function recordDelivered(
  database: Database,
  lease: Lease,
  copy: Partial<VerifiedCopy> & Pick<VerifiedCopy, "file">,
  now: number,
): Promise<void> {
  const usual = { path: "/v.mp4", verifiedBy: "size", part: { destination: "ftp://nas.example:21", path: "/part" } };
  await database.write((transaction) => recordCopies(transaction, lease, [{ ...usual, ...copy }], now), false);
}
