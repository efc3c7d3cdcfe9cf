import type { GetStatusResponse } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { ShareBar } from "../charts/share-bar.tsx";
import { bytesText } from "../words/formats.ts";
import { detailsWords } from "../words/house-details.ts";
import { placeOf } from "./place.ts";

/** The disk of the download folder as one bar. */
export function DiskView({ status: { downloadsDisk: disk, destination } }: { status: GetStatusResponse }) {
  const words = detailsWords();
  const { host, folder } = placeOf(destination);
  if (disk === undefined) return null;
  const free = Number(disk.freeBytes);
  const used = Number(disk.totalBytes) - free;
  const waiting = Math.min(used, Number(disk.waitingBytes));
  const kept = Math.min(free, Number(disk.reserveBytes));
  const share = <Tone extends string>(name: string, value: number, tone: Tone) => ({
    ...{ name, value, tone },
    text: bytesText(value),
  });
  return (
    <section>
      <h3>{words.disk}</h3>
      <ShareBar
        sentence={words.diskSentence(bytesText(disk.totalBytes), bytesText(used), bytesText(free))}
        shares={[
          share(words.others, used - waiting, "quiet"),
          share(words.waiting, waiting, "wait"),
          share(words.kept, kept, "kept"),
          share(words.left, free - kept, "free"),
        ]}
      />
      <p class="soft small">
        {bytesText(disk.totalBytes)} · <bdi>{oneLine(disk.path)}</bdi>
        {host === "" ? null : (
          <>
            {" "}
            · {words.goesTo} <bdi>{`${host} ${folder}`}</bdi>
          </>
        )}
      </p>
    </section>
  );
}
