import { Code, ConnectError } from "@connectrpc/connect";
import type { Status } from "@dwld/rpc";

/** Connect's codes are those of google.rpc.Code. */
const codes = Object.values(Code).filter((code) => typeof code === "number");

/** Returns the error with which the call for one task would have ended, of the result that a call for many has. */
export function errorOf({ code, message, details }: Status): ConnectError {
  const error = new ConnectError(
    message,
    codes.find((known: number) => known === code),
  );
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return error;
}
