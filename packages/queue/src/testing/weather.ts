import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../store/database.ts";
import { DatabaseError } from "../store/database-error.ts";

/** How the server of a database does. */
export type Weather = {
  isAway: boolean;
  /** Returns the time that a read or write takes more, ms. */
  delayMs: () => number;
};

/** Has reads and writes of a database take longer, and fail while its server is away. */
export function weatherOf(database: Database): Weather {
  const weather: Weather = { isAway: false, delayMs: () => 0 };
  const endure = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const delays = async () => {
      const ms = weather.delayMs();
      if (ms > 0) await pause(ms);
      if (weather.isAway) throw new DatabaseError("away", "the server of the database cannot be reached");
    };
    await delays();
    const result = await work();
    await delays();
    return result;
  };
  const all = database.all.bind(database);
  const get = database.get.bind(database);
  const write = database.write.bind(database);
  database.all = (statement) => endure(() => all(statement));
  database.get = (statement) => endure(() => get(statement));
  database.write = (change, notify) => endure(() => write(change, notify));
  return weather;
}
