import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { callBounds, type Counter, gauge, type Histogram, type Metrics } from "@dwld/daemon";

type Call = Pick<HandlerContext, "service" | "method">;
type Stream = Pick<HandlerContext, "service" | "method" | "signal">;

/** Counts calls by method and code, and measures those that are no streams. The contract bounds the methods. */
export class RpcCounts {
  readonly #calls: Counter<"service" | "method" | "code">;
  readonly #durations: Histogram<"service" | "method">;
  #openStreams = 0;

  constructor(metrics: Metrics) {
    this.#calls = metrics.counter("dwld_rpc_calls_total", "Calls that have ended, streams as well.", [
      "service",
      "method",
      "code",
    ]);
    this.#durations = metrics.histogram("dwld_rpc_call_duration_seconds", "Time of calls, those of streams left out.", {
      bounds: callBounds,
      labels: ["service", "method"],
    });
    metrics.add(() => [gauge("dwld_rpc_open_streams", "Streams that are open.", this.#openStreams)]);
  }

  /** The first interceptor, so that it sees the code that the client gets. */
  readonly interceptor: Interceptor = (next) => async (request) => {
    const beganMs = performance.now();
    try {
      const response = await next(request);
      if (response.stream) return { ...response, message: this.#untilEnd(request, response.message) };
      this.#count(request, "OK");
      return response;
    } catch (error) {
      this.#count(request, codeOf(error));
      throw error;
    } finally {
      if (!request.stream) this.#durations.observe(nameOf(request), (performance.now() - beganMs) / 1000);
    }
  };

  /** Counts a call that a gate refuses, which no interceptor sees. @throws what it throws. */
  gated(call: Call, gate: () => void): void {
    try {
      gate();
    } catch (error) {
      this.#count(call, codeOf(error));
      throw error;
    }
  }

  async *#untilEnd<Message>(call: Stream, messages: AsyncIterable<Message>): AsyncGenerator<Message> {
    let code = "Canceled";
    this.#openStreams += 1;
    try {
      yield* messages;
      // A method ends its stream when the client has left.
      if (!call.signal.aborted) code = "OK";
    } catch (error) {
      code = codeOf(error);
      throw error;
    } finally {
      this.#openStreams -= 1;
      this.#count(call, code);
    }
  }

  #count(call: Call, code: string): void {
    this.#calls.add({ ...nameOf(call), code });
  }
}

function nameOf({ service, method }: Call): { service: string; method: string } {
  return { service: service.typeName, method: method.name };
}

function codeOf(error: unknown): string {
  return Code[ConnectError.from(error).code];
}
