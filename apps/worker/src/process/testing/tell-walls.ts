import { emptyStage } from "@dwld/daemon";
import { openWalls } from "../walls-report.ts";

/** Opens the walls and prints their report as JSON. usage: tell-walls.ts [PROXY], with a stage's own proxy */
const [proxy] = process.argv.slice(2);
const stages = proxy === undefined ? {} : { own: { ...emptyStage, proxy } };
const environment = { PATH: process.env["PATH"] ?? "" };
const { wayOut, report } = await openWalls({ worker: { wall: "auto", allowPrivateHosts: false }, stages }, environment);
process.stdout.write(JSON.stringify(report));
await wayOut?.close();
