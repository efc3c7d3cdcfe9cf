import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, getCACertificates, type PeerCertificate, type TLSSocket } from "node:tls";
import { CertificateError } from "./ftp-failure.ts";

export type TrustSettings = {
  host: string;
  caFile?: string;
  /** SHA-256 of the certificate, "AB:CD:…". */
  fingerprint?: string;
};

/** How certificates are checked. */
export type Trust = {
  /** For a control connection: Node judges the certificate and lets it pass, so that `check` can name its facts. */
  readonly control: ConnectionOptions;
  /** For data connections: Node refuses by itself, unless a fingerprint is what counts. */
  readonly data: ConnectionOptions;
  /** @throws CertificateError with the certificate's facts. Call it before anything secret is sent. */
  check(socket: TLSSocket): void;
};

/** Trusts the one certificate with the fingerprint, else the authority in `caFile`, else the system's authorities. */
export function createTrust({ host, caFile, fingerprint }: TrustSettings): Trust {
  const options: ConnectionOptions = {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ca: caFile === undefined ? authorities() : readFileSync(caFile, "utf8"),
  };
  return {
    control: { ...options, rejectUnauthorized: false },
    data: { ...options, rejectUnauthorized: fingerprint === undefined },
    check: (socket) => {
      const certificate = socket.getPeerCertificate();
      if (fingerprint !== undefined) {
        // Only who had the certificate can resume its session; it is not sent again.
        if (socket.isSessionReused() || certificate.fingerprint256 === fingerprint) return;
        throw refusal("its certificate is not the one of ftp.tls.fingerprint", certificate);
      }
      if (socket.authorized) return;
      throw refusal(`its certificate is not trusted: ${reasonOf(socket)}`, certificate);
    },
  };
}

/** The operating system's, as other programs here trust them, and those that come with Node, for where it has none. */
function authorities(): string[] {
  return [...getCACertificates("system"), ...getCACertificates("default")];
}

const reasons: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known here",
  UNABLE_TO_GET_ISSUER_CERT: "its authority is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known here",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another host than ftp.host",
};

/** Typed as an Error; it is the code of one (Node 24). */
function reasonOf(socket: TLSSocket): string {
  const code = String(socket.authorizationError);
  return reasons[code] ?? code;
}

/** An empty object stands for no certificate. */
type Presented = Partial<PeerCertificate>;

function refusal(why: string, certificate: Presented): CertificateError {
  return new CertificateError(`${why} (${certificateFacts(certificate)})`, certificate.fingerprint256);
}

/** A certificate may be for hundreds of names. */
const longestNames = 100;

/** For a person: whose it is, by whom, until when, and by what it can be known again. */
export function certificateFacts({ subject, issuer, subjectaltname, valid_to, fingerprint256 }: Presented): string {
  if (fingerprint256 === undefined) return "there is no certificate";
  const names = subjectaltname ?? "";
  const hosts = names.length > longestNames ? `${names.slice(0, longestNames)}…` : names;
  const whose = `subject ${nameOf(subject)}${hosts === "" ? "" : `, for ${hosts}`}`;
  return `${whose}, issued by ${nameOf(issuer)}, valid until ${valid_to}, SHA-256 ${fingerprint256}`;
}

function nameOf(name: Partial<PeerCertificate["subject"]> | undefined): string {
  const first = name?.CN ?? name?.O ?? "unnamed";
  return String(first);
}
