import type { File, Task } from "@dwld/rpc";
import { addressOf } from "../connection/transport.ts";
import { shortLine } from "../tasks/task-facts.ts";
import { Icon } from "../ui/icon.tsx";
import { bytesText } from "../words/formats.ts";
import { actionWords } from "../words/actions.ts";
import { taskWords } from "../words/task.ts";
import { Copy } from "./copy.tsx";

/** The files of a task: where they went, and how that was verified. */
export function Files({ task }: { task: Task }) {
  return task.files.length === 0 ? null : (
    <section>
      <h3>{taskWords().files}</h3>
      <ul class="files">
        {task.files.map((file, at) => (
          <li key={at}>
            <OneFile file={file} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneFile({ file }: { file: File }) {
  const words = taskWords();
  const { sha256, downloadPath } = file;
  const place = shortLine(file.remotePath || file.localPath, 600);
  const how = words.verifiedBy(shortLine(file.verifiedBy, 120));
  return (
    <>
      <p class="file-name">
        <bdi>{shortLine(file.name, 300)}</bdi> <span class="soft">{bytesText(file.sizeBytes)}</span>
      </p>
      {place === "" ? null : (
        <p class="soft small">
          <bdi>{place}</bdi>
        </p>
      )}
      {how === "" ? null : (
        <p class="small verified">
          <Icon name="check" size={15} /> {words.verified(how)}
        </p>
      )}
      <div class="file-actions">
        {downloadPath === "" ? null : (
          <a class="button" href={addressOf(downloadPath)} download="">
            <Icon name="download" size={16} />
            {words.download}
          </a>
        )}
        {sha256 === "" ? null : (
          <>
            <code title={sha256}>
              {words.checksum} {sha256.slice(0, 12)}…
            </code>
            <Copy text={sha256} label={`${actionWords().copy}: ${words.checksum}`} isSmall />
          </>
        )}
      </div>
    </>
  );
}
