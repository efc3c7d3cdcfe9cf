import { ownCode } from "@dwld/text";
import { formatAddress, parseAddress } from "../network/listen-address.ts";
import type { FixedConfiguration } from "../reload/fixed-keys.ts";

/** EX_CONFIG of sysexits(3). The units name it in RestartPreventExitStatus, since a restart cures nothing. */
export const configurationExitStatus = 78;

/** EX_UNAVAILABLE of sysexits(3): an address to listen on cannot be had. Another program may give it back. */
const addressExitStatus = 69;

export type Failure = {
  /** For a person; undefined if the error is unforeseen, and its stack must be logged. */
  readonly message: string | undefined;
  readonly exitStatus: number;
};

/** Tells errors that are messages to a person from unforeseen ones, and puts a refused listen() into words. */
export function explainFailure(error: unknown, configuration: FixedConfiguration): Failure {
  if (!(error instanceof Error)) return { message: undefined, exitStatus: 1 };
  const listening = explainListenError(error, configuration);
  if (listening !== undefined) return { message: listening, exitStatus: addressExitStatus };
  const code = ownCode(error);
  if (code === undefined) return { message: undefined, exitStatus: 1 };
  return {
    message: error.message,
    exitStatus: code === "configuration" ? configurationExitStatus : ownExitStatus(error),
  };
}

/** Returns the `exitStatus` that an error has, else 1. */
function ownExitStatus(error: Error): number {
  return "exitStatus" in error && typeof error.exitStatus === "number" ? error.exitStatus : 1;
}

type ListenError = NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string };

function explainListenError(error: ListenError, configuration: FixedConfiguration): string | undefined {
  if (error.syscall === "getaddrinfo" && error.hostname !== undefined) {
    const key = listenKeys(configuration).find(({ host }) => host === error.hostname)?.key;
    if (key === undefined) return undefined;
    return `${key}: the name ${error.hostname} leads to no address (${error.code}); write an address of this machine`;
  }
  if (error.syscall !== "listen") return undefined;
  const address =
    error.port === undefined ? String(error.address) : formatAddress({ host: error.address ?? "", port: error.port });
  const key = listenKeys(configuration).find(({ text }) => text === address)?.key ?? "another address";
  switch (error.code) {
    case "EADDRINUSE":
      return `${address} is taken by another program; set ${key} to a free one, or stop that program (ss -ltnp shows it)`;
    case "EACCES":
      return `this user may not listen on ${address} (ports below 1024 are root's); set ${key} to a higher port`;
    case "EADDRNOTAVAIL":
      return `${address} is not an address of this machine; set ${key} to one that is, or to 0.0.0.0`;
    default:
      return undefined;
  }
}

function listenKeys({ api, health }: FixedConfiguration): { key: string; text: string; host: string }[] {
  const listeners = {
    "api.listen": api.listen,
    "api.http": api.http,
    "health.api": health.api,
    "health.worker": health.worker,
    "health.ftpSender": health.ftpSender,
  };
  return Object.entries(listeners).map(([key, written]) => {
    const address = parseAddress(written);
    return { key, text: formatAddress(address), host: address.host };
  });
}
