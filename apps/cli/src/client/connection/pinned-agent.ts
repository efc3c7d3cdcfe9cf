import { Agent } from "node:https";
import type { Duplex } from "node:stream";
import { connect, type ConnectionOptions } from "node:tls";

/** A server has another certificate than the one that is expected of it. */
class WrongCertificateError extends Error {
  override readonly name = "WrongCertificateError";
  readonly code = "wrong_certificate";
  constructor(shown: string, expected: string) {
    super(`its certificate has the fingerprint ${shown}, not ${expected}`);
  }
}

type Connected = (error: Error | null, stream: Duplex) => void;

/**
 * Connects to a server that has one certificate, whoever signed it and whatever it is for. Requests are handed a connection
 * that was compared already: with `rejectUnauthorized: false` Node does not call checkServerIdentity, and would send the
 * request with its token to anybody.
 */
export class PinnedAgent extends Agent {
  readonly #fingerprint: string;

  /** @param fingerprint SHA-256 of the certificate, as "AB:CD:…". */
  constructor(fingerprint: string) {
    super({ keepAlive: true });
    this.#fingerprint = fingerprint;
  }

  override createConnection(options: ConnectionOptions, connected: Connected): undefined {
    const socket = connect({ ...options, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] });
    const failed = (error: Error): void => {
      connected(error, socket);
    };
    socket.once("error", failed);
    socket.once("secureConnect", () => {
      const shown = socket.getPeerX509Certificate()?.fingerprint256 ?? "";
      if (shown !== this.#fingerprint) {
        socket.destroy(new WrongCertificateError(shown, this.#fingerprint));
        return;
      }
      socket.off("error", failed);
      connected(null, socket);
    });
  }
}
