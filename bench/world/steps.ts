import { gunzipSync } from "node:zlib";
import type { Dwld } from "@dwld/testbed";
import { Profile } from "pprof-format";

/** A function on a stack, with the file that it is in; empty for native code. */
export type Frame = { name: string; file: string };

/** CPU time in ms by step: "sender: garbage collection". */
export type Steps = ReadonlyMap<string, number>;

const apps = { worker: "worker", "ftp-sender": "sender", api: "api" } as const;

/** Runs the work while the main thread of each app is profiled, for as many seconds as the work certainly takes. */
export async function stepsOf(dwld: Dwld, seconds: number, work: () => Promise<unknown>): Promise<Steps> {
  const profiles = Object.entries(apps).map(async ([app, name]) => {
    const url = `${dwld.health[app as keyof typeof apps]}/debug/pprof/profile?seconds=${seconds}`;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${await answer.text()}`);
    return [name, Profile.decode(gunzipSync(await answer.arrayBuffer()))] as const;
  });
  await work();
  const steps = new Map<string, number>();
  for (const [name, profile] of await Promise.all(profiles))
    for (const { frames, ms } of readSamples(profile)) {
      const step = `${name}: ${stepOf(frames)}`;
      steps.set(step, (steps.get(step) ?? 0) + ms);
    }
  return steps;
}

/** Returns the name of what a stack is about, its innermost frame first: a room of dwld's code, or a library. */
export function stepOf(frames: readonly Frame[]): string {
  const [top] = frames;
  if (top?.name === "(garbage collector)") return "garbage collection";
  if (top?.name === "(program)") return "native code";
  const file = frames.find((frame) => frame.file !== "" && !frame.file.startsWith("node:"))?.file ?? "";
  const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  if (library !== undefined) return library;
  const [, app, room] = /\/(?:apps|packages)\/([\w-]+)\/src\/([\w-]+)/.exec(file) ?? [];
  return app === undefined ? "Node.js" : `${app}/${room}`;
}

function* readSamples({ sample, location, function: functions, stringTable }: Profile) {
  const text = (index: number | bigint) => stringTable.strings[Number(index)] ?? "";
  const functionsById = new Map(functions.map((one) => [Number(one.id), one]));
  const frames = new Map(
    location.map(({ id, line: [line] }) => {
      const found = functionsById.get(Number(line?.functionId));
      return [Number(id), { name: text(found?.name ?? 0), file: text(found?.filename ?? 0) }];
    }),
  );
  for (const { locationId, value } of sample)
    yield { frames: locationId.flatMap((id) => frames.get(Number(id)) ?? []), ms: Number(value[1]) / 1e6 };
}
