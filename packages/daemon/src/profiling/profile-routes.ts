import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono/tiny";
import { type Profiler, ProfilerBusyError } from "./profiler.ts";

/** Length of a CPU profile if none is asked for, as in Go's net/http/pprof. */
const defaultSeconds = 30;
const mostSeconds = 300;

const pprofType = { "Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff" };

/**
 * Serves /debug/pprof/profile?seconds=N and /debug/pprof/heap for `go tool pprof http://…`, to callers on this machine
 * only, since a profile costs time and shows what the program does.
 */
export function profileRoutes(profiler: Profiler): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.use(async (context, next) => {
    if (isLoopback(context.env.incoming.socket.remoteAddress)) return await next();
    return context.json({ error: "profiles are for callers on this machine: ask 127.0.0.1" }, 403);
  });
  routes.get("/profile", async (context) => {
    const asked = context.req.query("seconds") ?? String(defaultSeconds);
    const seconds = /^\d{1,3}$/.test(asked) ? Number(asked) : 0;
    if (seconds < 1 || seconds > mostSeconds)
      return context.json({ error: `seconds is a whole number from 1 to ${mostSeconds}` }, 400);
    try {
      const profile = await profiler.cpu(seconds, context.req.raw.signal);
      return context.body(new Uint8Array(profile), 200, pprofType);
    } catch (error) {
      if (error instanceof ProfilerBusyError) return context.json({ error: error.message }, 409);
      throw error;
    }
  });
  routes.get("/heap", async (context) => context.body(new Uint8Array(await profiler.heap()), 200, pprofType));
  return routes;
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|::1$|::ffff:127\.)/.test(address);
}
