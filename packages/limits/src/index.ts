/** How much one address, chat or token may take. One limit is one row of `limit-table.ts`. */
export { countedHoursAt, type HourBytes, hourOf, useOfDay } from "./day-bytes.ts";
export { decide, LimitReachedError, type Reached, refuseBeyond, type Use } from "./limit-reached.ts";
export { type LimitName, limitTable, type Subject } from "./limit-table.ts";
export { Rates } from "./rates.ts";
export { leftOutText, sentencesOf } from "./sentences.ts";
