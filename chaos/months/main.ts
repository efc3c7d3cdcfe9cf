import { parseArgs } from "node:util";
import { dayMs } from "@dwld/timing";
import { days, planMonths } from "./calendar.ts";
import { seededRandom } from "../seeded-random.ts";
import { openHouse } from "./house.ts";
import { live } from "./live.ts";
import { judge } from "./verdict.ts";

const { values } = parseArgs({ options: { seed: { type: "string" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
if (!Number.isSafeInteger(seed)) {
  console.error("Usage: make months [SEED=N]");
  process.exit(2);
}
console.log(`seed ${seed}; to repeat it: make months SEED=${seed}`);
const startedMs = performance.now();
await using house = await openHouse();
const beginMs = house.clock.now();
const dayOf = (timeMs: number) => `day ${((timeMs - beginMs) / dayMs).toFixed(1).padStart(4)}`;
const months = { events: planMonths(seededRandom(seed)), untilMs: days * dayMs };
const orders = await live(house, months, (what) => console.log(`  ${dayOf(house.clock.now())}  ${what}`));
const { verdict, log } = await judge(house, orders);
console.log(
  `\n${orders.length} links in ${days} days, lived in ${Math.round((performance.now() - startedMs) / 1000)} s\n`,
);
console.log(`The operator was told ${house.operator.messages.length} times:`);
for (const { atMs, title, text } of house.operator.messages)
  console.log(`  ${dayOf(atMs)}  ${title}\n${text.replaceAll(/^/gm, "              ")}`);
console.log(`\nThe log has ${log.length} warnings:`);
for (const { time, app, level, text } of log)
  console.log(`  ${dayOf(Date.parse(time))}  ${app.padEnd(10)}  ${level.padEnd(5)}  ${text.slice(0, 220)}`);
console.log();
for (const { guarantee, against } of verdict) {
  console.log(`${against.length === 0 ? "ok    " : "BROKEN"}  ${guarantee}`);
  for (const each of against) console.log(`          ${each}`);
}
process.exitCode = verdict.every(({ against }) => against.length === 0) ? 0 : 1;
