import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type TaskOptions, writeOptions } from "@dwld/options";
import { type TaskOptions as OptionsMessage, TaskOptionsSchema } from "@dwld/rpc";

/** Options as the contract tells them. The table writes the numbers of its enums; a test compares the two. */
export function optionsMessage(options: TaskOptions): OptionsMessage {
  return create(TaskOptionsSchema, writeOptions(options) as MessageInitShape<typeof TaskOptionsSchema>);
}
