import { type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { ServiceContext } from "../../download-service/context.ts";
import type { Reading } from "../../machine/sensors.ts";
import { readProgress } from "../../messages/live-progress.ts";
import type { TaskSources } from "../../messages/task-parts.ts";
import { OnWorkSchema, type StatusResponseSchema } from "../gen/grpc/v1/downloader_pb.ts";
import { onWork } from "./messages.ts";
import { filesByTask, newestTasks, takeWithinSize } from "./task-lists.ts";

type StatusSources = TaskSources & Pick<ServiceContext, "cache" | "destination" | "sensors">;

/** Answers with the links in work, and a line for each sensor. */
export async function statusMessage(sources: StatusSources): Promise<MessageInitShape<typeof StatusResponseSchema>> {
  const { database, cache, sensors, destination, waits } = sources;
  const rows = await newestTasks(database, ["DOWNLOADING", "READY_TO_SEND", "SENDING"]);
  const files = await filesByTask(database, rows);
  const [progress, readings] = await Promise.all([readProgress(cache, rows), sensors.read()]);
  const waitOf = await waits.begin(rows);
  const inWork = rows.map((row) => {
    const parts = { files: files.get(row.seq) ?? [], wait: waitOf(row) };
    return onWork(row, { ...parts, progress: progress.get(row.id), destination });
  });
  return {
    linksInWork: takeWithinSize(inWork, (link) => toBinary(OnWorkSchema, link).length).toReversed(),
    sensors: readings.map(readingText).join("\n"),
  };
}

/** Returns a line such as "cpu temperature: 45.0 °C". */
function readingText({ name, value, unit }: Reading): string {
  return `${name.replaceAll("_", " ")}: ${valueText(value, unit)}`;
}

function valueText(value: number, unit: Reading["unit"]): string {
  switch (unit) {
    case "celsius":
      return `${value.toFixed(1)} °C`;
    case "percent":
      return `${value.toFixed(1)} %`;
    case "bytes":
      return `${(value / 1e9).toFixed(2)} GB`;
    case "1":
      return value.toFixed(2);
  }
}
