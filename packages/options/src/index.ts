/** The options of a task. One option is one row of `option-table.ts`. */
export { isDay, type Section } from "./kinds.ts";
export { contradictions, isAsked, type MessageFields, readOptions, type Spelling, writeOptions } from "./message.ts";
export { type OptionTable, optionTable, type TaskOptions } from "./option-table.ts";
export type { Announcement } from "./row.ts";
export { readSection, sectionText } from "./section-text.ts";
export { defaultOptions, parseOptions, recordsLive, serializeOptions } from "./stored.ts";
export { expectedSeconds, isEmbedding, isRewritten, optionWords, withoutExtras, ytdlpArguments } from "./uses.ts";
