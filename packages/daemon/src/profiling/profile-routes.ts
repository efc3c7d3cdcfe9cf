import { type Answer, ofThisMachine, type Route } from "../network/exchange.ts";
import { type Profiler, ProfilerBusyError } from "./profiler.ts";

/** Length of a CPU profile if none is asked for, as in Go's net/http/pprof. */
const defaultSeconds = 30;
const mostSeconds = 300;

/**
 * Returns /debug/pprof/profile?seconds=N and /debug/pprof/heap for `go tool pprof http://…`, for callers on this machine
 * only, since a profile costs time and shows what the program does.
 */
export function profileRoutes(profiler: Profiler): [path: string, route: Route][] {
  const routes: Record<string, Route> = {
    profile: async ({ url, signal }) => await cpuProfile(profiler, url, signal),
    heap: async () => ({ status: 200, body: await profiler.heap() }),
  };
  return Object.entries(routes).map(([name, route]) => [`/debug/pprof/${name}`, ofThisMachine(route)]);
}

async function cpuProfile(profiler: Profiler, url: URL, signal: AbortSignal): Promise<Answer> {
  const asked = url.searchParams.get("seconds") ?? String(defaultSeconds);
  const seconds = /^\d{1,3}$/.test(asked) ? Number(asked) : 0;
  if (seconds < 1 || seconds > mostSeconds)
    return { status: 400, body: { error: `seconds is a whole number from 1 to ${mostSeconds}` } };
  try {
    return { status: 200, body: await profiler.cpu(seconds, signal) };
  } catch (error) {
    if (error instanceof ProfilerBusyError) return { status: 409, body: { error: error.message } };
    throw error;
  }
}
