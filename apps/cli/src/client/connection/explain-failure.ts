import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { httpStatusOf, classifyFailure, systemCodeOf } from "./call-failure.ts";

const networkReasons: Record<string, string> = {
  ECONNREFUSED: "connection refused. Is the api running? (dwld up, or systemctl status dwld-api)",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "the host's name could not be looked up",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
};

/** Returns one line for a person: what happened, to what, and what to do. */
export function explainFailure(error: unknown, server: string): string {
  const failure = ConnectError.from(error);
  const text = oneLine(failure.rawMessage);
  switch (classifyFailure(error)) {
    case "unreached":
      return unreachedText(failure, server);
    case "broken":
      return `the connection to ${server} broke off (${text})${hangsUp(text, server) ? "; if it speaks TLS, write https://" : ""}`;
    case "busy":
      return text === "" ? `${server} is busy` : `${server} is busy or shutting down (${text})`;
    case "foreign":
      return foreignText(failure, server);
    case "answered":
      return answerText(failure, text);
  }
}

/** Whether a failure is one inside the api, so that its log tells more. */
export function isOfTheServer(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return classifyFailure(error) === "answered" && [Code.Internal, Code.Unknown, Code.DataLoss].includes(code);
}

function unreachedText(failure: ConnectError, server: string): string {
  const systemCode = systemCodeOf(failure);
  if (systemCode === undefined) return `no answer from ${server} in time`;
  if (systemCode === "wrong_certificate")
    return `${server} is not the server that was pinned: ${oneLine(failure.rawMessage)}. If it was renewed, pin the new one`;
  if (systemCode === "ERR_INVALID_PROTOCOL")
    return `${server} has no certificate that --fingerprint could be compared with; write https://`;
  if (/^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(systemCode))
    return `${server} has a certificate that no authority known to this machine has signed (${systemCode}). Pin it with --fingerprint: dwld doctor, on the server, shows it`;
  if (systemCode === "CERT_HAS_EXPIRED") return `the certificate of ${server} has expired; renew it there`;
  if (systemCode === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `the certificate of ${server} is for other names (${oneLine(failure.rawMessage)}). Use one of them, or --fingerprint`;
  if (/wrong version number|packet length too long/.test(failure.rawMessage))
    return `no answer from ${server}: it does not speak TLS; write http://`;
  if (/^(EPROTO|ERR_SSL|ERR_TLS|CERT_)/.test(systemCode)) return `no answer from ${server}: TLS failed (${systemCode})`;
  return `no answer from ${server}: ${networkReasons[systemCode] ?? oneLine(failure.rawMessage)}`;
}

/** A server hangs up before it answers, as one with TLS does when it is called without. */
function hangsUp(text: string, server: string): boolean {
  return text === "socket hang up" && server.startsWith("http:");
}

function foreignText(failure: ConnectError, server: string): string {
  if (httpStatusOf(failure) === 403) {
    return `${server} refuses to be called by this name (HTTP 403): it must stand in api.hosts`;
  }
  if (systemCodeOf(failure) !== undefined) {
    return `${server} does not speak HTTP/1.1. The address of api.http is needed, not the one for gRPC (api.listen)`;
  }
  const said = oneLine(failure.rawMessage) || "it does not know the service";
  return `what answers at ${server} is not the api of dwld (${said}). The address of api.http is needed`;
}

function answerText(failure: ConnectError, text: string): string {
  const violations = failure.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations);
  if (violations.length > 0) {
    return violations.map(({ field, description }) => oneLine(`${field}: ${description}`)).join("; ");
  }
  const said = text === "" ? `the api answered ${Code[failure.code]}` : text;
  if (failure.code === Code.Unauthenticated) return `${said}. dwld login stores a token`;
  return failure.code === Code.Internal || failure.code === Code.Unknown ? `the api failed: ${said}` : said;
}
