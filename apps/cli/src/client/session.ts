import { ownCode } from "@dwld/text";
import type { ProgramIo } from "../command-line/program-io.ts";
import type { AccessClient, Clients, ConnectOptions, DownloadClient } from "./connection/client.ts";
import type { Clock } from "./connection/clock.ts";
import { isCallFailure } from "./connection/call-failure.ts";
import { explainFailure, isOfTheServer } from "./connection/explain-failure.ts";
import type { Output } from "./output.ts";

/** One run of a command that talks to the api. */
export type Session = {
  client: DownloadClient;
  access: AccessClient;
  /** Connects to another server, or with another token. */
  readonly connect: (to: Pick<ConnectOptions, "token"> & { readonly server: string }) => Clients;
  /** The one on the command line. */
  fingerprint: string | undefined;
  env: ProgramIo["env"];
  /** The base URL of the api. */
  server: string;
  /** The id of all calls of this run. */
  callId: string;
  /** Whether the calls carry a token. */
  hasToken: boolean;
  output: Output;
  input: ProgramIo["stdin"];
  clock: Clock;
  /** Aborted with an Interruption when a signal asks the command to end. */
  signal: AbortSignal;
  /** The version of this command. */
  version: string;
};

/** Why a call of this session failed, in one line, with the id under which the server's log may tell more; or why a name means no single task. */
export function explain({ server, callId }: Pick<Session, "server" | "callId">, error: unknown): string {
  if (isMessage(error)) return error.message;
  const text = explainFailure(error, server);
  return isOfTheServer(error) && !text.includes(callId) ? `${text} (request ${callId})` : text;
}

/** Whether an error, which is no failure of a call, is a message to a person. */
export function isMessage(error: unknown): error is Error {
  return error instanceof Error && ownCode(error) !== undefined && !isCallFailure(error);
}
