import { type Attempt, FailureClass, FailureClassSchema, type Task } from "@dwld/rpc";
import { bugReport } from "@dwld/text/bug-report";
import { seesMachine } from "../connection/identity.ts";
import { downloads } from "../connection/transport.ts";
import { actionWords } from "../words/actions.ts";
import { taskWords } from "../words/task.ts";
import { Copy } from "./copy.tsx";

/** Shows what yt-dlp said last, folded, and copies what to paste into a bug report: the same text as that of `dwld show`. */
export function LastWords({ task }: { task: Task }) {
  const words = taskWords();
  const attempt = task.attempts.findLast(isUnknown) ?? task.attempts.findLast(({ failure }) => failure !== undefined);
  if (attempt === undefined) return null;
  const said = attempt.stderrTail.trim();
  return (
    <section>
      <h3>{words.details}</h3>
      {said === "" ? null : (
        <details>
          <summary>{words.said}</summary>
          <pre>{said}</pre>
          <Copy text={said} label={actionWords().copy} />
        </details>
      )}
      <Copy text={() => reportOf(task, attempt)} label={words.report} />
    </section>
  );
}

function isUnknown({ failure }: Attempt): boolean {
  return failure?.failureClass === FailureClass.UNKNOWN;
}

async function reportOf(task: Task, attempt: Attempt): Promise<string> {
  const failure = attempt.failure ?? task.failure;
  const word = failure === undefined ? "" : FailureClassSchema.value[failure.failureClass]?.localName.toLowerCase();
  return bugReport({
    dwldVersion: await versionOfDwld(),
    task,
    attempt,
    failure:
      failure === undefined ? undefined : { word: word ?? `class ${failure.failureClass}`, message: failure.message },
  }).join("\n");
}

async function versionOfDwld(): Promise<string> {
  const { processes, version } = await downloads.getStatus({});
  const worker = seesMachine.value ? processes.find(({ app }) => app === "worker") : undefined;
  return worker?.version ?? version;
}
