import { mkdtemp, readFile, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@dwld/timing/testing";
import { diskOfMachines, makeMachine, type Machine } from "../machine.ts";
import { makeNetwork } from "../network.ts";
import { enterOwnNetwork } from "../own-network.ts";

/** Does to machines what can be done to them, and writes as JSON what was seen of it. */
await enterOwnNetwork();
const folder = await mkdtemp(join(tmpdir(), "dwld-machines-"));
const network = await makeNetwork("lan", 1);
const port = 8000;
const server = `
  require("node:fs").appendFileSync(process.argv[1] + "/starts", require("node:os").hostname() + "\\n");
  require("node:http").createServer((_, answer) => answer.end()).listen(${port}, "0.0.0.0");
  process.on("SIGTERM", () => process.exit());`;
const orphan = "sleep 1000 & exec sleep 1000";
const disk = diskOfMachines(folder);
const make = (name: string, number: number, services: [string, ...string[]][]): Promise<Machine> =>
  makeMachine({ name, number, networks: [network], folder, services });
await using first = await make("first", 11, [[process.execPath, "-e", server, disk]]);
await using second = await make("second", 12, [["sh", "-c", orphan]]);
const answers = async (): Promise<boolean> =>
  await fetch(`http://${first.addressIn(network)}:${port}`, { signal: AbortSignal.timeout(500) }).then(
    () => true,
    () => false,
  );
const again = () => eventually("it answers again", answers);
const program = () => first.processes().find(({ command }) => command.startsWith(process.execPath));
const seen: Record<string, unknown> = {};

await first.switchOn();
await second.switchOn();
await again();
await first.unplug(network);
seen["answers while unplugged"] = await answers();
await first.plug(network);
await again();
first.freeze();
seen["states while frozen"] = [...new Set(first.processes().map(({ state }) => state))];
seen["answers while frozen"] = await answers();
first.thaw();
await again();
process.kill(program()?.pid ?? 0, "SIGKILL");
await again();
await first.cutPower();
seen["processes without power"] = first.processes();
await first.switchOn();
await again();
seen["starts"] = (await readFile(first.pathHere(join(disk, "starts")), "utf8")).trimEnd().split("\n");
seen["left of the first"] = await first.endServices(5000);
seen["left of the second"] = (await second.endServices(1000)).map(({ command }) => command);
seen["host name of this process"] = hostname();
await rm(folder, { recursive: true, force: true });
console.log(JSON.stringify(seen));
