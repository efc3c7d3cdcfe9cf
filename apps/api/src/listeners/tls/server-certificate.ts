import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { TlsOptions } from "node:tls";
import { type Configuration, ConfigurationError, dayOf, type Logger, readTlsFiles, renewalDays } from "@dwld/daemon";
import { withoutBrackets } from "@dwld/text";
import { dayMs, minuteMs } from "@dwld/timing";

type TlsSettings = NonNullable<Configuration["api"]["tls"]>;

/** A server whose certificate can be exchanged. */
export type TlsServer = {
  getTicketKeys(): Buffer;
  setSecureContext(options: TlsOptions): void;
};

/** How often the files are read, ms. Events of the file system miss some ways of a renewal (symbolic links). */
const readEveryMs = minuteMs;
/** Node takes keys of this length. */
const ticketKeysBytes = 48;

/** The certificate of the listeners. It follows its files, and is never exchanged for one that cannot be used. */
export class ServerCertificate {
  readonly #settings: TlsSettings;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #servers = new Set<TlsServer>();
  readonly #timer: NodeJS.Timeout;
  #files: ReturnType<typeof readTlsFiles>;
  /** The last message, so that each is logged once. */
  #told = "";

  /** @throws ConfigurationError of one sentence if the files cannot be used. */
  constructor(settings: TlsSettings, { logger, now }: { logger: Logger; now: () => number }) {
    this.#settings = settings;
    this.#logger = logger;
    this.#now = now;
    this.#files = readTlsFiles(settings, now());
    this.#tellEnd();
    this.#timer = setInterval(() => this.read(), readEveryMs).unref();
  }

  /** Options of a TLS server, as of now. A client without a certificate, or with a wrong one, is left to the gate. */
  get context(): TlsOptions {
    const { context } = this.#files;
    return { ...context, requestCert: context.ca !== undefined, rejectUnauthorized: false };
  }

  /** Has the server use each later certificate, too: for new connections, while those that are open stay. */
  keep(server: TlsServer): void {
    this.#servers.add(server);
  }

  /** Whether the certificate is for this name, or for this address as a URL spells it. */
  has(host: string): boolean {
    const { certificate } = this.#files;
    const address = withoutBrackets(host);
    return (isIP(address) === 0 ? certificate.checkHost(host) : certificate.checkIP(address)) !== undefined;
  }

  /** Reads the files anew. Keeps what is in use if they cannot be used, which is logged once. */
  read(): void {
    try {
      const files = readTlsFiles(this.#settings, this.#now());
      const { context } = this.#files;
      const hasSameAuthority = files.context.ca?.equals(context.ca ?? Buffer.alloc(0)) ?? true;
      if (!hasSameAuthority || !files.context.cert.equals(context.cert) || !files.context.key.equals(context.key))
        this.#exchange(files, hasSameAuthority);
      this.#tellEnd();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.#tell(`${error.message}. The certificate that was read before stays in use`);
    }
  }

  #exchange(files: ReturnType<typeof readTlsFiles>, mayResume: boolean): void {
    this.#files = files;
    // With the same ticket keys, clients resume their sessions, in which their own certificates are not checked again.
    // A server that is given no keys keeps those that it was given before.
    for (const server of this.#servers) {
      const ticketKeys = mayResume ? server.getTicketKeys() : randomBytes(ticketKeysBytes);
      server.setSecureContext({ ...files.context, ticketKeys });
    }
    const { validToDate, fingerprint256 } = files.certificate;
    this.#logger.info({ fingerprint: fingerprint256, validUntil: dayOf(validToDate) }, "the certificate was exchanged");
  }

  #tellEnd(): void {
    const { validToDate } = this.#files.certificate;
    const isNear = validToDate.getTime() - this.#now() < renewalDays * dayMs;
    if (isNear) this.#tell(`${this.#settings.certificateFile} expires on ${dayOf(validToDate)}; renew it`);
    else this.#told = "";
  }

  #tell(message: string): void {
    if (message !== this.#told) this.#logger.warn(message);
    this.#told = message;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
