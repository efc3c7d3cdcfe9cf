import { constants } from "node:os";
import type { Command } from "commander";
import { makeCallId } from "@dwld/rpc/call-id";
import { ownCode } from "@dwld/text";
import type { ExitStatus } from "../command-line/exit-status.ts";
import { defaultServer, socketPrefix } from "../command-line/server-address.ts";
import type { ProgramIo } from "../command-line/program-io.ts";
import { isCallFailure } from "./connection/call-failure.ts";
import { connectTo } from "./connection/client.ts";
import { findServer } from "./connection/find-server.ts";
import { systemClock } from "./connection/clock.ts";
import { readerLanguage } from "./connection/reader-language.ts";
import { fingerprintVariable, serverVariable, VariableError } from "./connection/variables.ts";
import { Interruption, listenForInterruption } from "./interruption.ts";
import { Output } from "./output.ts";
import { explain, isMessage, type Session } from "./session.ts";

type Body = (session: Session) => Promise<ExitStatus>;

/** Runs the body of a command in a session of its own, and keeps its exit status. */
export type RunInSession = (command: Command, body: Body) => Promise<void>;

type Options = { server?: string; fingerprint?: string; json?: boolean; trunc?: boolean };

/** Runs the body of a command, and tells a failure of a call in one line. */
export async function runInSession(
  io: ProgramIo,
  { json = false, trunc = true, ...options }: Options,
  body: Body,
): Promise<ExitStatus> {
  const { stdout, stderr, env, version } = io;
  const canRedraw = env["TERM"] !== "dumb";
  // https://no-color.org: set, and not empty.
  const canColour = canRedraw && (env["NO_COLOR"] ?? "") === "";
  const output = new Output(stdout, stderr, { json, canRedraw, canColour, whole: !trunc });
  const language = json ? undefined : readerLanguage(env);
  using interruption = listenForInterruption();
  const { signal } = interruption;
  // All calls of a command have one id, so that the server's log has the whole of it under that.
  const callId = makeCallId();
  let server = options.server ?? defaultServer;
  try {
    const named = options.server ?? serverVariable(env);
    const fingerprint = options.fingerprint ?? fingerprintVariable(env);
    const target = findServer(named, env);
    ({ server } = target);
    const { fingerprints } = target;
    const needsPins = fingerprint !== undefined || Object.keys(fingerprints).length > 0;
    const pinned = needsPins ? await loadPinning() : undefined;
    const connect: Session["connect"] = ({ server: called, token }) => {
      // With a server in the clear, too: the agent connects by TLS alone, so that no token is sent.
      const pin = called.startsWith(socketPrefix) ? undefined : (fingerprint ?? fingerprints[called]);
      return connectTo(called, { callId, language, agent: pin === undefined ? undefined : pinned?.(pin), token });
    };
    const hasToken = target.token !== undefined;
    const status = await body({
      ...connect(target),
      ...{ connect, fingerprint, hasToken, env, server, callId, output, clock: systemClock, signal, version },
      get input() {
        return io.stdin;
      },
    });
    await output.settled();
    if (output.failure === undefined) return status;
    output.complain(output.failure.message);
  } catch (error) {
    if (signal.reason instanceof Interruption) return signal.reason.exitStatus;
    if (output.failure === undefined && output.gone.aborted) return 0;
    // A terminal that is read without echo tells Ctrl-C as a letter.
    if (error instanceof Error && ownCode(error) === "interrupted") return 128 + constants.signals.SIGINT;
    if (!isCallFailure(error) && !isMessage(error)) throw error;
    output.complain(output.failure?.message ?? explain({ server, callId }, error));
    if (error instanceof VariableError) return 2;
  }
  return 1;
}

/** Loads TLS, which other sessions do without. */
async function loadPinning() {
  const { PinnedAgent } = await import("./connection/pinned-agent.ts");
  return (fingerprint: string) => new PinnedAgent(fingerprint);
}
