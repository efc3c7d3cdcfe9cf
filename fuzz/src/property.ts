import { test } from "node:test";
import * as fc from "fast-check";

/** Always the same in `make test`; `make fuzz` sets another one for each round. */
const seed = Number(process.env["FUZZ_SEED"] ?? 14);
const factor = Number(process.env["FUZZ_FACTOR"] ?? 1);

type Arbitraries<Inputs extends unknown[]> = { [Index in keyof Inputs]: fc.Arbitrary<Inputs[Index]> };

type Extent<Inputs> = {
  /** Inputs that broke it once, tried each time. */
  readonly examples?: Inputs[];
  /** How many inputs `make test` tries; `make fuzz` tries a multiple. */
  readonly runs?: number;
};

/**
 * Tests that a property holds for random inputs. A failure shows the smallest input found, for `examples`, and the seed that
 * finds it again.
 */
export function property<Inputs extends [unknown, ...unknown[]]>(
  name: string,
  inputs: Arbitraries<Inputs>,
  holds: (...inputs: Inputs) => void | Promise<void>,
  { examples = [], runs = 100 }: Extent<Inputs> = {},
): void {
  test(name, async () => {
    const tried = fc.asyncProperty<Inputs>(...inputs, async (...each) => {
      await holds(...each);
    });
    await fc.assert(tried, { seed, numRuns: runs * factor, examples });
  });
}
