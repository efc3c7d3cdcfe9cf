import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "@dwld/daemon";
import { DatabaseError, type Refusal, type TaskRow, TooManyAddressesError } from "@dwld/queue";
import { BadRequestSchema } from "@dwld/rpc";
import { LimitReachedError } from "@dwld/limits";
import { errorCode, isSystemError } from "@dwld/text";
import { callIdOf, loggedAs } from "./call-id.ts";
import { databaseError } from "./database-error.ts";
import { limitError } from "./limit-error.ts";

/** A fault of a field, whose path is spelled as in the .proto file: "options.subtitle_languages[2]". */
export type Violation = { field: string; description: string };

type ToldCode = Exclude<Code, Code.Internal>;

/** An error whose message clients are told. Every other is an internal error to them. */
export abstract class ToldError extends Error {
  /** The code that the contract promises. */
  abstract readonly rpcCode: ToldCode;
}

/** A request breaks rules of the contract. It names all violations at once. */
export class InvalidRequestError extends ToldError {
  readonly code = "invalid_request";
  readonly rpcCode = Code.InvalidArgument;
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ field, description }) => `${field} ${description}`).join("; "));
    this.name = "InvalidRequestError";
    this.violations = violations;
  }
}

/** The task table refused a change of a task. */
export class RefusalError extends ToldError {
  readonly code = "refused";
  readonly rpcCode: ToldCode;

  constructor(refusal: Refusal, id: string) {
    super(explainRefusal(refusal, id));
    this.name = "RefusalError";
    this.rpcCode = refusalCode(refusal.refused);
  }
}

/** A request id was used before, for another request. */
export class ReusedRequestIdError extends ToldError {
  readonly code = "reused_request_id";
  readonly rpcCode = Code.AlreadyExists;

  constructor(requestId: string, task: TaskRow) {
    super(
      `request_id ${JSON.stringify(requestId)} belongs to task ${task.id}, which asks for something else; give each request an id of its own`,
    );
    this.name = "ReusedRequestIdError";
  }
}

/** No task and no configuration names such a site. */
export class UnknownSiteError extends ToldError {
  readonly code = "unknown_site";
  readonly rpcCode = Code.NotFound;

  constructor(name: string) {
    super(`there is no site ${JSON.stringify(name)}: no link of it was ever added, and no configuration names it`);
    this.name = "UnknownSiteError";
  }
}

/** No process of such a host was ever registered, or it was declared gone already. */
export class UnknownHostError extends ToldError {
  readonly code = "unknown_host";
  readonly rpcCode = Code.NotFound;

  constructor(name: string) {
    super(`there is no machine ${JSON.stringify(name)}; dwld hosts names those that share the task table`);
    this.name = "UnknownHostError";
  }
}

/** A host that is to be declared gone is alive. */
export class LivingHostError extends ToldError {
  readonly code = "living_host";
  readonly rpcCode = Code.FailedPrecondition;

  constructor(name: string) {
    super(
      `the machine ${JSON.stringify(name)} is alive: stop dwld there first, or wait until it has given no sign of life for 15 s`,
    );
    this.name = "LivingHostError";
  }
}

/** A task is asked for in a chat that the caller's token is not for. */
export class ForeignChatError extends ToldError {
  readonly code = "foreign_chat";
  readonly rpcCode = Code.PermissionDenied;

  constructor(chats: readonly string[] | string) {
    super(`this caller is bound to the chats ${JSON.stringify(chats)}: chat_id must be one of them`);
    this.name = "ForeignChatError";
  }
}

/** A token of this name is in force. */
export class TakenTokenNameError extends ToldError {
  readonly code = "taken_token_name";
  readonly rpcCode = Code.AlreadyExists;

  constructor(name: string) {
    super(`a token of the name ${name} is in force; choose another name, or revoke it first`);
    this.name = "TakenTokenNameError";
  }
}

/** A browser asks for a session that it cannot have. */
export class NoSessionError extends ToldError {
  readonly code = "no_session";
  readonly rpcCode = Code.FailedPrecondition;

  constructor(reason: string) {
    super(`no session can begin: ${reason}`);
    this.name = "NoSessionError";
  }
}

/** No token has this name or id. */
export class UnknownTokenError extends ToldError {
  readonly code = "unknown_token";
  readonly rpcCode = Code.NotFound;

  constructor(name: string) {
    super(`there is no token ${JSON.stringify(name)}; dwld token list shows all`);
    this.name = "UnknownTokenError";
  }
}

/** Ends a stream when the server stops. The client is expected to connect again. */
export class ShuttingDownError extends ToldError {
  readonly code = "shutting_down";
  readonly rpcCode = Code.Unavailable;

  constructor() {
    super("the server is shutting down; connect again");
    this.name = "ShuttingDownError";
  }
}

/** Translates what a method or stream throws into the codes that the contract promises. */
export function errorInterceptor(logger: Logger): Interceptor {
  return (next) => async (request) => {
    const translate = (error: unknown): ConnectError => {
      const call = { ...request, values: request.contextValues };
      return toConnectError(error, loggedAs({ logger }, call).logger, call);
    };
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: translated(response.message, translate) } : response;
    } catch (error) {
      throw translate(error);
    }
  };
}

async function* translated<Message>(
  messages: AsyncIterable<Message>,
  translate: (error: unknown) => ConnectError,
): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    throw translate(error);
  }
}

/** The parts of a call by which its errors are told. */
export type FailedCall = Pick<HandlerContext, "service" | "method" | "signal" | "values">;

/** An unexpected error is logged, by a logger whose lines carry the id of the call, and the client is told that id alone. */
export function toConnectError(error: unknown, logger: Logger, call: FailedCall): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof InvalidRequestError)
    return new ConnectError(error.message, error.rpcCode, undefined, [
      { desc: BadRequestSchema, value: { fieldViolations: [...error.violations] } },
    ]);
  if (error instanceof ToldError) return new ConnectError(error.message, error.rpcCode);
  if (error instanceof LimitReachedError) return limitError(error.reached);
  if (error instanceof TooManyAddressesError) return new ConnectError(error.message, Code.FailedPrecondition);
  const method = `${call.service.typeName}/${call.method.name}`;
  const told = error instanceof DatabaseError ? databaseError(error.problem) : undefined;
  if (told !== undefined) {
    logger.warn({ err: error, method }, "the database refused");
    return told;
  }
  // The client is gone or its deadline has passed: nobody reads the answer.
  if ((call.signal.aborted && error === call.signal.reason) || isBrokenOff(error))
    return ConnectError.from(error, Code.Canceled);
  logger.error({ err: error, method }, "a request failed unexpectedly");
  const text = `internal error; the server's log has it under request id ${callIdOf(call.values)}`;
  return new ConnectError(text, Code.Internal);
}

/** A write failed. A method writes to nothing but its client's connection. */
function isBrokenOff(error: unknown): boolean {
  if (!isSystemError(error) || error.syscall !== "write") return false;
  return ["EPIPE", "ECONNRESET", "ECANCELED"].includes(errorCode(error));
}

function refusalCode(refusal: Refusal["refused"]): ToldCode {
  switch (refusal) {
    case "not_found":
      return Code.NotFound;
    case "wrong_state":
    case "stopping":
    case "not_recording":
      return Code.FailedPrecondition;
    case "collides":
      return Code.AlreadyExists;
  }
}

function explainRefusal(refusal: Refusal, id: string): string {
  switch (refusal.refused) {
    case "not_found":
      return `there is no task ${id}; it may have been deleted`;
    case "wrong_state":
      return `task ${id} is ${refusal.task.state}: ${possibleIn(refusal.task.state)}`;
    case "stopping":
      return `task ${id} was canceled and is still being stopped; repeat in a few seconds`;
    case "not_recording":
      return `task ${id} is no live stream that is being recorded now, so there is nothing to keep; without keep it can be canceled`;
    case "collides":
      return `task ${refusal.task.id} asks for the same and is ${refusal.task.state}; wait for it, or cancel it first`;
  }
}

/** Returns the calls that are possible in a state. */
function possibleIn(state: TaskRow["state"]): string {
  switch (state) {
    case "QUEUED":
      return "it begins by itself, so there is nothing to retry; it can be canceled or deleted, and ResumeSite ends the pause of a site that it waits for";
    case "READY_TO_SEND":
      return "it is delivered by itself, so there is nothing to retry; it can be canceled or deleted";
    case "DOWNLOADING":
    case "SENDING":
      return "it is in work, so there is nothing to retry; it can be canceled or deleted";
    case "DONE":
      return "it can be deleted, and the same link can be added again";
    case "FAILED":
    case "CANCELED":
      return "it has ended; it can be retried or deleted";
  }
}
