import type { DeliveryRules } from "@dwld/daemon";
import type { FileRow, Texts, VerifiedCopy, Work } from "@dwld/queue";
import { isFailure } from "../destination/destination-error.ts";
import type { Session } from "../destination/destination.ts";
import { chooseCopyNumber } from "../names/copy-number.ts";
import { deliveryOrder } from "../names/delivery-order.ts";
import { filePaths } from "../names/file-paths.ts";
import { deliverFile, type FileEnd } from "./deliver-file.ts";
import { FileRecord, type DeliveryContext } from "./file-record.ts";
import type { AtClaim } from "./reserve-at-claim.ts";
import { RunSession } from "./run-session.ts";
import { StepError } from "./step-error.ts";

/** The result of a run for the files of its task. */
export type DeliveredFiles = {
  /** The verified copies that it has made. */
  readonly copies: readonly VerifiedCopy[];
  /** The last of them, which are on no record yet. */
  readonly unrecorded: readonly VerifiedCopy[];
  /** For a person. */
  readonly remarks: readonly Texts[];
  /** The paths of other files, which have the name of one of the task's and were left as they were. */
  readonly skipped: readonly string[];
  /** Why it ended before all files were there. Absent: all are. */
  readonly failure?: RunFailure;
};

export type RunFailure = {
  readonly error: unknown;
  /** The path that a file may have got, under which it is not verified. */
  readonly publishing?: string;
  /** The upload that stalled, and the bytes with which it had begun. */
  readonly stalled?: { readonly file: FileRow; readonly atBytes: number };
};

/** The facts that a run is told, and tells. */
type RunFacts = {
  /** The bytes with which the last upload of a file had begun, if it stalled, by `seq`. */
  readonly stalledAt: ReadonlyMap<number, number>;
  /** @param doneBytes of all files so far. */
  readonly onProgress: (doneBytes: number, step: string) => void;
};

const nothing: DeliveredFiles = { copies: [], unrecorded: [], remarks: [], skipped: [] };

/** Delivers the files of a task in one session, the video last. Never throws: what was made counts in any case. */
export async function deliverFiles(
  context: DeliveryContext,
  work: Work,
  { files, reserved, rules }: AtClaim & { readonly rules: DeliveryRules },
  { stalledAt, onProgress }: RunFacts,
): Promise<DeliveredFiles> {
  const { destination } = context;
  const { lease, signal } = work;
  let delivered = nothing;
  try {
    using line = await RunSession.open(destination, signal);
    const pathsOf = (copy: number) => filePaths(rules, lease.task, files, copy);
    const { firstCopy, seen } = await chooseNumber(line.current, destination.name, files, { rules, pathsOf });
    let doneBytes = 0;
    for (const file of deliveryOrder(files)) {
      const [index, before] = [files.indexOf(file), doneBytes];
      const ofCopy = (copy: number) => pathsOf(copy)[index] ?? file.name;
      const paths = { file, taskId: lease.task.id, number: index + 1, ofCopy, firstCopy };
      const record = new FileRecord(context, work, file, delivered.unrecorded);
      const given = {
        ...{ record, rules, signal },
        onProgress: (bytes: number, step: string) => {
          onProgress(before + bytes, `${step} ${file.name}`);
        },
      };
      const end = await deliverOne(line, record, (session) =>
        deliverFile({ ...given, session }, { paths, seen, reserved }, stalledAt.get(file.seq)),
      );
      delivered = after(delivered, end);
      if (delivered.failure !== undefined) break;
      doneBytes += file.size_bytes;
    }
    return delivered;
  } catch (error) {
    return { ...delivered, failure: { error } };
  }
}

/** Returns the number that all files can have, and the sizes that were seen under their names. */
async function chooseNumber(
  session: Session,
  destination: string,
  files: readonly FileRow[],
  { rules, pathsOf }: { rules: DeliveryRules; pathsOf: (copy: number) => readonly string[] },
): Promise<{ firstCopy: number; seen: ReadonlyMap<string, number | undefined> }> {
  const seen = new Map<string, number | undefined>();
  const look = async (path: string) => {
    const sizeBytes = await session.size(path);
    seen.set(path, sizeBytes);
    return sizeBytes;
  };
  const firstCopy = rules.conflict === "rename" ? await chooseCopyNumber(destination, files, look, pathsOf) : 1;
  return { firstCopy, seen };
}

type OneEnd = FileEnd & Pick<DeliveredFiles, "unrecorded" | "failure">;

/** Delivers a file. Never throws. */
async function deliverOne(
  line: RunSession,
  record: FileRecord,
  deliver: (session: Session) => Promise<FileEnd>,
): Promise<OneEnd> {
  try {
    const end = await deliver(line.current).catch(async (error: unknown) => {
      if (!isFailure(error, "cannot_resume")) throw error;
      // The session is broken, and known to be one that does not resume: the file is sent from its beginning.
      return await deliver(await line.renew());
    });
    return { ...end, unrecorded: record.unrecorded };
  } catch (error) {
    return { unrecorded: record.unrecorded, failure: failureOf(error, record.file) };
  }
}

function failureOf(error: unknown, file: FileRow): RunFailure {
  if (!(error instanceof StepError)) return { error };
  const { publishing, stalledAtBytes: atBytes } = error.left;
  return {
    error: error.cause,
    ...(publishing === undefined ? {} : { publishing }),
    ...(atBytes === undefined ? {} : { stalled: { file, atBytes } }),
  };
}

function after(before: DeliveredFiles, { copy, skipped, remark, unrecorded, failure }: OneEnd): DeliveredFiles {
  const made = copy === undefined ? [] : [copy];
  return {
    copies: [...before.copies, ...made],
    unrecorded: [...unrecorded, ...made],
    remarks: remark === undefined ? before.remarks : [...before.remarks, remark],
    skipped: skipped === undefined ? before.skipped : [...before.skipped, skipped],
    ...(failure === undefined ? {} : { failure }),
  };
}
