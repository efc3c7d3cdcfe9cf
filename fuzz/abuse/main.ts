import { parseArgs } from "node:util";
import { abuse } from "./abuse.ts";

/** Attacks a server of one's own, HOST:PORT, and says what became of it. */

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "0" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
  },
  allowPositionals: true,
});
const [, scheme = "", host = "", port = ""] =
  /^(https?:\/\/)?\[?([^\]]+?)\]?:(\d+)\/?$/.exec(positionals[0] ?? "") ?? [];
if (host === "" || Number(port) > 65_535) {
  console.error(
    "Usage: make fuzz SERVER=[https://]HOST:PORT [SECONDS=N] [SEED=N], with the address of a listener of your own api",
  );
  process.exit(2);
}
const end = Date.now() + 1000 * Number(values.seconds);
let failures = 0;
do {
  const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  for await (const blow of abuse(
    { host, port: Number(port), isTls: scheme === "https://" },
    { seed, lingerMs: () => 500, only: values.only },
  )) {
    const { protocol, attack, ended, stalled, opened, answerMs, failure = "answered" } = blow;
    console.log(
      `${protocol.padEnd(8)}  ${attack.padEnd(45)}  ended ${ended} and stopped reading ${stalled} of ${opened}, then ${failure} in ${answerMs} ms`,
    );
    if (blow.failure !== undefined) failures += 1;
  }
} while (failures === 0 && Date.now() < end);
if (failures > 0) {
  console.error(`the server failed ${failures} times; again by the same SEED`);
  process.exit(1);
}
