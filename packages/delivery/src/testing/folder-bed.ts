import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folderRules } from "@dwld/daemon";
import { testHost } from "@dwld/queue/testing";
import { createFolderDestination } from "../destination/folder/folder-destination.ts";
import { type DeliveryBed, filesBelow, makeDeliveryBed } from "./delivery-bed.ts";
import { makeTestDeliverer } from "./test-deliverer.ts";

export type FolderBed = Awaited<ReturnType<typeof makeFolderBed>>;

/** Delivery is off: finished files go to the folder for downloads. */
export async function makeFolderBed() {
  await using parts = new AsyncDisposableStack();
  const bed = parts.use(await makeDeliveryBed());
  const downloads = join(bed.folder, "downloads");
  await mkdir(downloads);
  const destination = createFolderDestination(downloads, testHost);
  const deliverer = parts.use(makeTestDeliverer(bed, destination, folderRules));
  const all = parts.move();
  return { bed, downloads, destination, deliverer, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Delivers as if the time of the next attempt had come. */
export async function deliverToFolder({ bed, deliverer }: FolderBed, id: string, changes?: { host: string }) {
  const dueMs = (await bed.task(id)).not_before ?? undefined;
  await deliverer.deliver((onClaim) => bed.claim(dueMs, onClaim), changes === undefined ? {} : { changes });
  return await bed.task(id);
}

/** Returns the files that are the operator's: SHA-256 by path, without dwld's own folder. */
export async function finished(downloads: string): Promise<Record<string, string>> {
  const all = Object.entries(await filesBelow(downloads));
  return Object.fromEntries(all.filter(([path]) => !path.startsWith(".dwld/")));
}

export const localPaths = async (bed: DeliveryBed, id: string): Promise<(string | null)[]> =>
  (await bed.files(id)).map(({ local_path }) => local_path);
