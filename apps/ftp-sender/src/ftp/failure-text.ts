import type { FailureKind } from "@dwld/delivery";

/** The step that failed: a reply means one thing at a login and another at a rename. */
export type FtpStep =
  | "connect"
  | "tls"
  | "login"
  | "folder"
  | "size"
  | "hash"
  | "read"
  | "put"
  | "resume"
  | "rename"
  | "remove";

/** The facts of a server for messages. `password` is there to be removed from the server's replies. */
export type FtpServerFacts = {
  name: string;
  user: string;
  password: string;
  tlsMode: "none" | "explicit" | "implicit";
};

/** `words` are those of the server or the socket; `path` is empty if there is none. */
type Failure = {
  kind: FailureKind;
  step: FtpStep;
  server: FtpServerFacts;
  path: string;
  words: string;
  /** Whether a data connection failed. */
  dataConnection: boolean;
  /** The fingerprint of a certificate that is not trusted. */
  fingerprint: string | undefined;
};

/** Says what happened, and to what. */
export function messageOf({ kind, step, server: { name, user }, path, words, dataConnection }: Failure): string {
  const said = words === "" ? "" : ` (${words})`;
  switch (kind) {
    case "connection":
      if (step === "connect") return `${name} cannot be reached${said}`;
      return dataConnection
        ? `${name} makes no data connection to ${doing[step]} ${path}${said}`
        : `The connection to ${name} broke${said}`;
    case "stalled":
      return path === "" || !dataConnection
        ? `${name} does not answer${said}`
        : `${name} stopped in the middle of what it had to ${doing[step]}: ${path}${said}`;
    case "login":
      return `${name} refuses the login of the user ${user}${said}`;
    case "too_many_connections":
      return `${name} allows no further connection${said}`;
    case "tls":
      return `No trusted TLS connection with ${name}: ${words}`;
    case "no_space":
      return `${name} has no space left for ${path}${said}`;
    case "permission":
      return `${name} does not let the user ${user} ${doing[step]} ${path}${said}`;
    case "name_refused":
      return `${name} does not accept the name ${path}${said}`;
    case "cannot_resume":
      return `${name} does not go on with ${path} where it ended${said}`;
    case "folder_refused":
    case "name_taken":
    case "unknown":
      return `${name} would not ${doing[step]}${path === "" ? "" : ` ${path}`}${said}`;
  }
}

const doing: Record<FtpStep, string> = {
  connect: "take a connection",
  tls: "begin TLS",
  login: "log in",
  folder: "make or enter the folder",
  size: "tell the size of",
  hash: "compute a hash of",
  read: "read",
  put: "write",
  resume: "go on with",
  rename: "rename to",
  remove: "remove",
};

/** Says which setting to change, here or on the server. */
export function adviceOf({ kind, step, server: { tlsMode }, dataConnection, fingerprint }: Failure): string {
  switch (kind) {
    case "connection":
    case "stalled":
      if (step === "connect")
        return "Check that the server runs and that ftp.host, ftp.port and ftp.tls.mode are right. Nothing is lost: it is tried again until it answers.";
      return dataConnection
        ? "Each transfer has a connection of its own, to one of the server's passive ports: open them in its firewall and router (vsftpd: pasv_min_port to pasv_max_port; ProFTPD: PassivePorts). It is tried again by itself."
        : "It is tried again by itself. If it happens each time, check the network between, and the passive ports of the server's firewall.";
    case "login":
      return "Check ftp.user and what stands in ftp.passwordFile. Nothing is lost: it is tried again until the login works.";
    case "too_many_connections":
      return "Raise the server's limit, or lower ftp.parallel. It is tried again by itself.";
    case "tls":
      if (tlsMode === "none") return "The server wants TLS: set ftp.tls.mode to explicit.";
      return fingerprint === undefined
        ? "Check ftp.tls.mode, and name the server's authority in ftp.tls.caFile or its certificate in ftp.tls.fingerprint."
        : `If that is the certificate of your server, trust it by ftp.tls.fingerprint: "${fingerprint}", or name the authority that signed it in ftp.tls.caFile.`;
    case "no_space":
      return "Free some space on the server, or raise the user's quota. Nothing is lost: it is tried again by itself.";
    case "permission":
      return "Give the FTP user the right to write there, or change ftp.directory. Nothing is lost: it is tried again by itself.";
    case "name_refused":
      return "It is tried again under the task's id as its name.";
    case "cannot_resume":
      return "It is sent from its beginning, by itself.";
    case "folder_refused":
    case "name_taken":
    case "unknown":
      return "It is tried again by itself. If it happens each time, look into the server's own log.";
  }
}
