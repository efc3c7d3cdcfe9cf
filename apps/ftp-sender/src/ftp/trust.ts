import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, getCACertificates, type PeerCertificate, type TLSSocket } from "node:tls";
import { clipText } from "@dwld/text";
import { CertificateError } from "./ftp-failure.ts";

export type TrustSettings = {
  host: string;
  caFile?: string;
  /** SHA-256 of the certificate, "AB:CD:…". */
  fingerprint?: string;
};

/** The rules by which certificates are checked. */
export type Trust = {
  /** For a control connection: Node judges the certificate and lets it pass, so that `check` can report its facts. */
  readonly control: ConnectionOptions;
  /** For data connections: Node refuses a certificate by itself, unless a fingerprint decides. */
  readonly data: ConnectionOptions;
  /** Call it before anything secret is sent. @throws CertificateError with the facts of the certificate. */
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
        // A resumed session sends no certificate, and only the one that had it can resume.
        if (socket.isSessionReused() || certificate.fingerprint256 === fingerprint) return;
        throw refusal("its certificate is not the one of ftp.tls.fingerprint", certificate);
      }
      if (socket.authorized) return;
      throw refusal(`its certificate is not trusted: ${reasonOf(socket)}`, certificate);
    },
  };
}

/** Returns the authorities of the operating system, which other programs trust, too, and those of Node, if it has none. */
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

/** Explains `authorizationError`, which is typed as an Error and is the code of one (Node 24). */
function reasonOf(socket: TLSSocket): string {
  const code = String(socket.authorizationError);
  return reasons[code] ?? code;
}

/** A certificate as Node returns it; an empty object if there is none. */
type Presented = Partial<PeerCertificate>;

function refusal(why: string, certificate: Presented): CertificateError {
  return new CertificateError(`${why} (${certificateFacts(certificate)})`, certificate.fingerprint256);
}

/** Characters of the names that are shown: a certificate may be for hundreds of hosts. */
const maxNamesLength = 100;

/** Describes a certificate for a person: subject, issuer, end and fingerprint. */
export function certificateFacts({ subject, issuer, subjectaltname, valid_to, fingerprint256 }: Presented): string {
  if (fingerprint256 === undefined) return "there is no certificate";
  const hosts = clipText(subjectaltname ?? "", maxNamesLength, "…");
  const holder = `subject ${nameOf(subject)}${hosts === "" ? "" : `, for ${hosts}`}`;
  return `${holder}, issued by ${nameOf(issuer)}, valid until ${valid_to}, SHA-256 ${fingerprint256}`;
}

function nameOf(name: Partial<PeerCertificate["subject"]> | undefined): string {
  const first = name?.CN ?? name?.O ?? "unnamed";
  return String(first);
}
