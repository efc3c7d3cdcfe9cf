import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { makeCertificate } from "./certificate.ts";
import { killAll, startProgram, untilNoneLives, untilReady, type ForegroundProgram } from "./foreground-program.ts";
import { onFreePort } from "./free-port.ts";
import { talk } from "./talk.ts";
import { SESSION_USER, vsftpdSettings } from "./vsftpd-settings.ts";

export type FtpTls = "none" | "explicit" | "implicit";

export interface FtpServerOptions {
  /** Default "none". With TLS, plain logins are refused, and data connections that do not resume the TLS session. */
  tls?: FtpTls;
  /** Default: a free one. */
  port?: number;
  /** For a session; default: as fast as it goes. */
  maxBytesPerSecond?: number;
}

export interface FtpServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Holds the password, for `ftp.passwordFile`. */
  readonly passwordFile: string;
  readonly tls: FtpTls;
  /** Self-signed, PEM; for `ftp.tls.caFile`. */
  readonly certificateFile: string;
  /** Its SHA-256 as "AB:CD:…", for `ftp.tls.fingerprint`. */
  readonly fingerprint: string;
  /** The folder on this disk where uploads arrive … */
  readonly root: string;
  /** … and its path on the server, for `ftp.directory`. */
  readonly directory: string;
  /** The section `ftp` of a configuration that delivers here. */
  readonly configuration: {
    enabled: true;
    host: string;
    port: number;
    user: string;
    passwordFile: string;
    directory: string;
    tls: { mode: FtpTls; caFile?: string };
  };
  /** Commands and answers of all sessions so far, as vsftpd logs them; no passwords. */
  log(): Promise<string>;
  /** From now on `root` can, or cannot, be written to: uploads are refused with 553, folders with 550. */
  setWritable(writable: boolean): Promise<void>;
  /** From now on another password is right; `password` and `passwordFile` stay as they are. */
  changePassword(password: string): Promise<void>;
  /** Kills the server and all its sessions; files, port and password stay. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends it for good, and removes its files. */
  stop(): Promise<void>;
}

/** A real vsftpd on loopback, with one account, started by whoever runs this; root is not needed. */
export async function startVsftpd(options: FtpServerOptions = {}): Promise<FtpServer> {
  const { tls = "none", maxBytesPerSecond = 0 } = options;
  const folder = await mkdtemp(join(tmpdir(), "dwld-vsftpd-"));
  try {
    return await startIn(folder, { tls, maxBytesPerSecond, ...options });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  folder: string,
  { tls, maxBytesPerSecond, port: fixedPort }: FtpServerOptions & { tls: FtpTls; maxBytesPerSecond: number },
): Promise<FtpServer> {
  const startedByRoot = process.getuid?.() === 0;
  const jail = join(folder, "jail");
  const root = join(jail, "videos");
  const emptyFolder = join(folder, "empty");
  const settingsFile = join(folder, "vsftpd.conf");
  const passwordsFile = join(folder, "passwords");
  const passwordFile = join(folder, "password");
  const logFile = join(folder, "log");
  const password = "a password for tests";
  for (const path of [jail, root, emptyFolder]) await mkdir(path);
  if (startedByRoot) await chown(root, SESSION_USER.uid, SESSION_USER.gid);
  await changePassword(password);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await writeFile(logFile, "");
  const certificate = await makeCertificate(folder);

  let port = fixedPort ?? 0;
  let program: ForegroundProgram;

  async function start(): Promise<void> {
    const { certificateFile, keyFile } = certificate;
    const paths = { jail, passwordsFile, emptyFolder, logFile, certificateFile, keyFile };
    // Its greeting is its own, so that it is not mistaken for another one on the same port.
    const greeting = randomUUID();
    await writeFile(settingsFile, vsftpdSettings({ port, tls, greeting, startedByRoot, maxBytesPerSecond, ...paths }));
    // It complains on its standard input: to the client, were it started by inetd.
    program = startProgram(["sh", "-c", 'exec "$@" 0>&1', "sh", "vsftpd", settingsFile]);
    const address = { host: "127.0.0.1", port };
    const connect = () =>
      tls === "implicit" ? connectTls({ ...address, rejectUnauthorized: false }) : createConnection(address);
    await untilReady("vsftpd", program, () => talk(connect, "", new RegExp(`^220 ${greeting}`)));
  }

  async function changePassword(now: string): Promise<void> {
    await writeFile(passwordsFile, `${now}\n`, { mode: 0o600 });
  }

  async function goAway(): Promise<void> {
    await killAll(program.marker);
    await untilNoneLives(program.marker);
  }

  async function stop(): Promise<void> {
    await goAway();
    await rm(folder, { recursive: true, force: true });
  }

  if (fixedPort === undefined) await onFreePort((free) => ((port = free), start()));
  else await start();

  const directory = startedByRoot ? "/videos" : root;
  const account = { host: "127.0.0.1", port, user: "anonymous", passwordFile, directory };
  const trust = tls === "none" ? {} : { caFile: certificate.certificateFile };
  return {
    ...account,
    password,
    tls,
    certificateFile: certificate.certificateFile,
    fingerprint: certificate.fingerprint,
    root,
    configuration: { enabled: true, ...account, tls: { mode: tls, ...trust } },
    log: () => readFile(logFile, "utf8"),
    setWritable: (writable) => chmod(root, writable ? 0o755 : 0o555),
    changePassword,
    goAway,
    comeBack: start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
