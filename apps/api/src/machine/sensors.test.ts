import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { createLogger } from "@dwld/daemon";
import { type Probe, Sensors } from "./sensors.ts";

const logger = createLogger({ level: "silent", app: "api" });

function probe(name: string, read: Probe["read"]): Probe & { count: () => number } {
  const asked = mock.fn(read);
  return { name, read: () => asked(), count: () => asked.mock.callCount() };
}

const quick = () => probe("load_average_1m", () => Promise.resolve([{ name: "load_average_1m", value: 1, unit: "1" }]));

describe("sensors", () => {
  it("sensors: the first call returns the quick ones, however slow another is", async () => {
    const sensors = new Sensors(logger, [probe("cpu_temperature", () => new Promise(() => undefined)), quick()]);
    const begun = performance.now();
    assert.deepEqual(await sensors.read(), [{ name: "load_average_1m", value: 1, unit: "1" }]);
    assert.ok(performance.now() - begun < 200);
    sensors.close();
  });

  it("sensors: a thousand calls start one round", async () => {
    const load = quick();
    const sensors = new Sensors(logger, [load]);
    await Promise.all(Array.from({ length: 1000 }, () => sensors.read()));
    assert.equal(load.count(), 1);
    sensors.close();
  });

  it("sensors: are read every 5 s from a call until a minute after the last one", async (test) => {
    test.mock.timers.enable({ apis: ["setTimeout"] });
    const clock = test.mock.method(performance, "now", () => elapsedMs);
    let elapsedMs = 1_000_000;
    const load = quick();
    const sensors = new Sensors(logger, [load]);
    assert.equal(load.count(), 0);
    await sensors.read();
    for (let round = 0; round < 40; round += 1) {
      elapsedMs += 5000;
      test.mock.timers.tick(5000);
      await Promise.resolve();
      await new Promise(setImmediate);
    }
    assert.equal(load.count(), 12);
    clock.mock.restore();
    sensors.close();
  });

  it("sensors: a missing or broken one is absent, not 0, and logged once", async () => {
    const lines: string[] = [];
    const listening = createLogger({ level: "info", app: "api" }, { write: (line) => void lines.push(line) });
    const broken = probe("cpu_temperature", () => Promise.reject(new Error("no such file")));
    const sensors = new Sensors(listening, [broken, probe("cpu_load", () => Promise.resolve([])), quick()]);
    assert.deepEqual(
      (await sensors.read()).map(({ name }) => name),
      ["load_average_1m"],
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /cpu_temperature.*/);
    sensors.close();
  });

  it("sensors: those of this machine are plausible", async () => {
    const sensors = new Sensors(logger);
    const deadline = performance.now() + 5000;
    let readings = await sensors.read();
    while (!readings.some(({ name }) => name === "memory_total") && performance.now() < deadline)
      readings = await new Promise<void>((resolve) => void setImmediate(resolve)).then(() => sensors.read());
    const value = new Map(readings.map((reading) => [reading.name, reading.value]));
    const [used, total] = [value.get("memory_used") ?? 0, value.get("memory_total") ?? 0];
    assert.ok(used > 0 && used < total, `${used} of ${total} bytes`);
    const load = value.get("cpu_load") ?? -1;
    assert.ok(load >= 0 && load <= 100, `${load} %`);
    sensors.close();
  });
});
