import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { eventually } from "@dwld/timing/testing";
import { makeCertificate } from "./certificate.ts";
import { killEach, startProgram, untilReady, type ForegroundProgram } from "./foreground-program.ts";
import { onFreePort } from "./free-port.ts";
import { livingProcesses, processesOfGroup, type LivingProcess } from "./living-processes.ts";
import { talk } from "./talk.ts";

export type FtpTls = "none" | "explicit" | "implicit";

export interface FtpServerOptions {
  /** Default "none". With TLS, plain logins are refused, and data connections that do not resume the TLS session. */
  tls?: FtpTls;
  /** The address to listen at; default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** Limit of a session; default: none. */
  maxBytesPerSecond?: number;
  /** Limit of logins at once; default: none. */
  maxSessions?: number;
  /** Days for which its certificate is good; default 2. */
  certificateDays?: number;
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
  /** The folder on this disk where uploads arrive. */
  readonly root: string;
  /** The path of that folder on the server, for `ftp.directory`. */
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
  /** Commands and answers of all sessions so far, as the server logs them; no passwords. */
  log(): Promise<string>;
  /** How many logins succeeded so far. */
  logins(): Promise<number>;
  /** Makes `root` writable or not. If not, vsftpd refuses uploads with 553, all others with 550. */
  setWritable(writable: boolean): Promise<void>;
  /** Changes the right password, but neither `password` nor `passwordFile`. */
  changePassword(password: string): Promise<void>;
  /** Exchanges the certificate and its key, and has the server read them by a restart. */
  renewCertificate(days: number): Promise<void>;
  /** Kills the server and its sessions. Files, port and password stay. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** The settings of a server. All paths are absolute. */
export interface FtpSettings {
  host: string;
  port: number;
  tls: FtpTls;
  /** True if it runs as root: it confines sessions by chroot, and runs them as another user. */
  startedByRoot: boolean;
  /** The folder that sessions see; they cannot write to it if they are confined to it. */
  jail: string;
  /** The right passwords; read at each login. */
  passwordsFile: string;
  /** A folder for the server's own files; empty at first. */
  ownFolder: string;
  logFile: string;
  certificateFile: string;
  keyFile: string;
  /** 0: no limit. */
  maxBytesPerSecond: number;
  /** 0: no limit. */
  maxSessions: number;
  greeting: string;
}

/** A program that serves FTP. */
export interface FtpProgram {
  readonly name: string;
  readonly user: string;
  command(settingsFile: string): [string, ...string[]];
  settings(settings: FtpSettings): string;
  passwords(password: string, jail: string): Promise<string>;
  /** Matches a line of its log about a login. */
  readonly login: RegExp;
}

/** The user of sessions if root starts the server: it has no rights, and a home that exists. */
export const daemonUser = { name: "daemon", uid: 1, gid: 1 };

/** Starts a real server on loopback with one account. Root is not needed. */
export async function startFtpServer(program: FtpProgram, options: FtpServerOptions): Promise<FtpServer> {
  const folder = await mkdtemp(join(tmpdir(), `dwld-${program.name}-`));
  try {
    return await startIn(folder, program, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, server: FtpProgram, options: FtpServerOptions): Promise<FtpServer> {
  const { tls = "none", maxBytesPerSecond = 0, maxSessions = 0, host = "127.0.0.1", port: fixedPort } = options;
  const { name, user } = server;
  const startedByRoot = process.getuid?.() === 0;
  const jail = join(folder, "jail");
  const root = join(jail, "videos");
  const ownFolder = join(folder, "own");
  const settingsFile = join(folder, `${name}.conf`);
  const passwordsFile = join(folder, "passwords");
  const passwordFile = join(folder, "password");
  const logFile = join(folder, "log");
  const password = "a password for tests";
  for (const path of [jail, root, ownFolder]) await mkdir(path);
  if (startedByRoot) {
    await chown(root, daemonUser.uid, daemonUser.gid);
    // The user of the sessions must be able to pass through.
    await chmod(folder, 0o711);
  }
  await changePassword(password);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await writeFile(logFile, "");
  const certificate = await makeCertificate(folder, { days: options.certificateDays ?? 2 });

  let port = fixedPort ?? 0;
  let program: ForegroundProgram;

  async function start(): Promise<void> {
    const { certificateFile, keyFile } = certificate;
    const paths = { jail, passwordsFile, ownFolder, logFile, certificateFile, keyFile };
    // Its greeting is unique, so that another server on the same port is not mistaken for it.
    const greeting = randomUUID();
    const settings = { host, port, tls, greeting, startedByRoot, maxBytesPerSecond, maxSessions, ...paths };
    await writeFile(settingsFile, server.settings(settings));
    program = startProgram(server.command(settingsFile));
    const address = { host, port };
    const connect = () =>
      tls === "implicit" ? connectTls({ ...address, rejectUnauthorized: false }) : createConnection(address);
    try {
      await untilReady(name, program, () => talk(connect, "", new RegExp(`^220 ${greeting}`)));
      // The probe counts as a session until it has ended.
      if (maxSessions > 0) await eventually(`${name} is alone`, () => living().length === 1);
    } catch (error) {
      await goAway();
      throw error;
    }
  }

  async function changePassword(now: string): Promise<void> {
    await writeFile(passwordsFile, await server.passwords(now, jail), { mode: 0o600 });
  }

  async function goAway(): Promise<void> {
    await eventually(`${name} and its sessions have ended`, () => {
      const left = living();
      killEach(left);
      return left.length === 0;
    });
  }

  /** ProFTPD overwrites the environment that carries the marker, and vsftpd's sessions leave the group. */
  function living(): LivingProcess[] {
    const found = [...processesOfGroup(program.pid), ...livingProcesses(program.marker)];
    return found.filter(({ pid }, index) => found.findIndex((other) => other.pid === pid) === index);
  }

  async function stop(): Promise<void> {
    await goAway();
    await rm(folder, { recursive: true, force: true });
  }

  if (fixedPort === undefined) await onFreePort((free) => ((port = free), start()));
  else await start();

  const directory = startedByRoot ? "/videos" : root;
  const account = { host, port, user, passwordFile, directory };
  const trust = tls === "none" ? {} : { caFile: certificate.certificateFile };
  const log = () => readFile(logFile, "utf8");
  return {
    ...account,
    password,
    tls,
    certificateFile: certificate.certificateFile,
    fingerprint: certificate.fingerprint,
    root,
    configuration: { enabled: true, ...account, tls: { mode: tls, ...trust } },
    log,
    logins: async () => (await log()).split("\n").filter((line) => server.login.test(line)).length,
    setWritable: (writable) => chmod(root, writable ? 0o755 : 0o555),
    changePassword,
    renewCertificate: async (days) => {
      await makeCertificate(folder, { days, isAnother: true });
      await goAway();
      await start();
    },
    goAway,
    comeBack: start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
