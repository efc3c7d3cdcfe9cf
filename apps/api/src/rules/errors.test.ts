import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { createLogger } from "@dwld/daemon";
import { DatabaseError, type DatabaseProblem } from "@dwld/queue";
import { BadRequestSchema, DownloadService, RetryInfoSchema } from "@dwld/rpc";
import * as errors from "./errors.ts";

const { errorInterceptor, InvalidRequestError, RefusalError, ShuttingDownError, ToldError } = errors;

/** Every method of this service throws; what its client gets, and what was logged. */
async function thrown(error: unknown, method: "getStatus" | "watchTasks" = "getStatus") {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", app: "api" }, { write: (line) => void lines.push(line) });
  const transport = createRouterTransport(
    (router) => {
      router.service(DownloadService, {
        getStatus: () => {
          throw error;
        },
        watchTasks: async function* watch() {
          yield { event: { case: "snapshot", value: {} } };
          throw error;
        },
      });
    },
    { router: { interceptors: [errorInterceptor(logger)] } },
  );
  const client = createClient(DownloadService, transport);
  try {
    if (method === "getStatus") await client.getStatus({});
    else await Array.fromAsync(client.watchTasks({}));
  } catch (reason) {
    return { error: ConnectError.from(reason), log: lines.join("") };
  }
  assert.fail("nothing was thrown");
}

describe("what a client is told of an error", () => {
  for (const method of ["getStatus", "watchTasks"] as const)
    it(`errors: ${method}: what nobody foresaw is opaque, and found in the log by its id`, async () => {
      const { error, log } = await thrown(new Error("SELECT secret FROM tasks"), method);
      assert.equal(error.code, Code.Internal);
      assert.doesNotMatch(error.message, /secret/);
      const id = /[0-9a-f]{16}/.exec(error.message)?.[0] ?? "no id";
      assert.ok(log.includes(`"call_id":"${id}"`) && log.includes("SELECT secret"), log);
      assert.ok(log.includes(`dwld.v1.DownloadService/${method}`) || log.includes("DownloadService"), log);
    });

  it("errors: each class of errors.ts extends ToldError, which has the compiler ask for its code", () => {
    const classes = Object.values(errors).filter(
      (value) => Error.isPrototypeOf(value) && !ToldError.isPrototypeOf(value) && value !== ToldError,
    );
    assert.deepEqual(classes, [], "extend ToldError: to clients, every other error is an internal one");
  });

  it("errors: every violated field, in details that stock clients decode", async () => {
    const violations = [
      { field: "link", description: "is empty" },
      { field: "folder", description: "is too deep" },
    ];
    const { error, log } = await thrown(new InvalidRequestError(violations));
    assert.equal(error.code, Code.InvalidArgument);
    assert.equal(error.rawMessage, "link is empty; folder is too deep");
    const [detail] = error.findDetails(BadRequestSchema);
    assert.deepEqual(
      detail?.fieldViolations.map(({ field, description }) => ({ field, description })),
      violations,
    );
    assert.equal(log, "");
  });

  const problems: Record<DatabaseProblem, Code> = {
    away: Code.Unavailable,
    busy: Code.Unavailable,
    closed: Code.Unavailable,
    unwritable: Code.Unavailable,
    disk_full: Code.ResourceExhausted,
    disk_failed: Code.Unavailable,
    replaced: Code.Unavailable,
    newer_schema: Code.Unavailable,
    damaged: Code.DataLoss,
    not_a_database: Code.DataLoss,
    migration_failed: Code.Internal,
    foreign_database: Code.Internal,
    unopenable: Code.Unavailable,
  };
  for (const [problem, code] of Object.entries(problems))
    it(`errors: the database is ${problem}: ${Code[code]}, without its path, which is logged`, async () => {
      const { error, log } = await thrown(new DatabaseError(problem as DatabaseProblem, "/srv/dwld.sqlite is bad"));
      assert.equal(error.code, code);
      assert.doesNotMatch(error.message, /srv/);
      assert.match(log, /\/srv\/dwld\.sqlite is bad/);
      const [retry] = error.findDetails(RetryInfoSchema);
      assert.equal(retry !== undefined, code === Code.Unavailable, "it says when to come again");
      assert.equal(error.metadata.has("retry-after"), code === Code.Unavailable);
    });

  it("errors: a task that is not there", async () => {
    const { error } = await thrown(new RefusalError({ refused: "not_found" }, "42"));
    assert.equal(error.code, Code.NotFound);
    assert.match(error.rawMessage, /no task 42/);
  });

  it("errors: a client that goes away during a write is no error in the log", async () => {
    for (const code of ["EPIPE", "ECONNRESET", "ECANCELED"]) {
      const { error, log } = await thrown(Object.assign(new Error(`write ${code}`), { code, syscall: "write" }));
      assert.deepEqual([error.code, log], [Code.Canceled, ""]);
    }
  });

  it("errors: a server that stops answers UNAVAILABLE", async () => {
    const { error, log } = await thrown(new ShuttingDownError(), "watchTasks");
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.rawMessage, /connect again/);
    assert.equal(log, "");
  });
});
