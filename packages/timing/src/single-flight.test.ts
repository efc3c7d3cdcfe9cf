import assert from "node:assert/strict";
import { test } from "node:test";
import { SingleFlight } from "./single-flight.ts";

test("single flight: looks never overlap, and one that is asked for during a look begins after it", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let [begun, under, most] = [0, 0, 0];
  const flight = new SingleFlight(async () => {
    const gate = gates[begun++];
    most = Math.max(most, (under += 1));
    await gate?.promise;
    under -= 1;
  });
  const first = flight.run();
  // Asked for at the very end of the first look, before the next one begins.
  const behind = first.then(() => flight.run());
  const [second, third] = [flight.run(), flight.run()];
  assert.equal(begun, 1);
  gates[0]?.resolve();
  await first;
  gates[1]?.resolve();
  await Promise.all([second, third, behind]);
  assert.deepEqual([begun, most], [2, 1]);
});

test("single flight: a look that fails tells its caller, and the next one is made", async () => {
  let begun = 0;
  const flight = new SingleFlight(async () => {
    begun += 1;
    await Promise.resolve();
    if (begun === 1) throw new Error("broken");
  });
  const first = flight.run();
  const second = flight.run();
  await assert.rejects(first, /broken/);
  await second;
  assert.equal(begun, 2);
});
