import { gzipSync } from "node:zlib";
import { Function as ProfiledFunction, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";

/** A function on the stack, as in the inspector's protocol (Runtime.CallFrame). Lines are counted from 0. */
export type CallFrame = { functionName: string; url: string; lineNumber: number };

/** A stack, innermost frame first, and a number for each type of value. */
export type StackSample = { frames: readonly CallFrame[]; values: readonly number[] };

/** A type of value, such as "cpu" in "nanoseconds". */
export type Measure = { type: string; unit: string };

export type ProfileFacts = {
  measures: readonly Measure[];
  samples: Iterable<StackSample>;
  /** How much of the last measure one sample stands for. */
  period: number;
  startedAtMs: number;
  durationMs: number;
};

/** Encodes a profile as pprof has it (github.com/google/pprof, proto/profile.proto), compressed as its tools expect. */
export function encodePprof({ measures, samples, period, startedAtMs, durationMs }: ProfileFacts): Uint8Array {
  const strings = new StringTable();
  const locations = new Map<string, Location>();
  const functions: ProfiledFunction[] = [];
  const locate = ({ functionName, url, lineNumber }: CallFrame): number => {
    const key = `${functionName}\n${url}\n${lineNumber}`;
    const known = locations.get(key);
    if (known !== undefined) return Number(known.id);
    const id = locations.size + 1;
    const line = lineNumber + 1;
    const name = strings.dedup(functionName === "" ? "(anonymous)" : functionName);
    functions.push(new ProfiledFunction({ id, name, systemName: name, filename: strings.dedup(url), startLine: line }));
    locations.set(key, new Location({ id, line: [new Line({ functionId: id, line })] }));
    return id;
  };
  const typeOf = ({ type, unit }: Measure) => new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) });
  const sampleType = measures.map(typeOf);
  const last = sampleType.at(-1);
  const profile = new Profile({
    sampleType,
    sample: [...samples].map(
      ({ frames, values }) => new Sample({ locationId: frames.map(locate), value: [...values] }),
    ),
    location: [...locations.values()],
    function: functions,
    stringTable: strings,
    timeNanos: BigInt(Math.round(startedAtMs)) * 1_000_000n,
    durationNanos: BigInt(Math.round(durationMs * 1000)) * 1000n,
    ...(last === undefined ? {} : { periodType: last }),
    period,
  });
  return gzipSync(profile.encode());
}
