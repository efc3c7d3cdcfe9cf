import { setImmediate as nextTurn } from "node:timers/promises";

export type BatchBounds<Item> = {
  most: number;
  mostBytes: number;
  bytesOf: (item: Item) => number;
};

/**
 * Yields what is there at the moment, at least one item: a line that was typed does not wait for the next one. An item beyond
 * the bounds has a batch of its own. The items are read one ahead; the caller ends them if it leaves early.
 */
export async function* inBatches<Item>(
  items: AsyncIterable<Item>,
  { most, mostBytes, bytesOf }: BatchBounds<Item>,
): AsyncGenerator<Item[]> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = async (): Promise<IteratorResult<Item, undefined>> => {
    const next = iterator.next();
    // The item is awaited when the batch before was taken, if ever.
    next.catch(() => undefined);
    return next;
  };
  let upcoming = ask();
  for (let first = await upcoming; first.done !== true; first = await upcoming) {
    const batch = [first.value];
    let bytes = bytesOf(first.value);
    upcoming = ask();
    while (batch.length < most) {
      const next = await Promise.race([upcoming, nextTurn()]);
      if (next === undefined || next.done === true) break;
      bytes += bytesOf(next.value);
      if (bytes > mostBytes) break;
      batch.push(next.value);
      upcoming = ask();
    }
    yield batch;
  }
}
