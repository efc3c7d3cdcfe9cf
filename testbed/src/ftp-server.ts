import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { makeCertificate } from "./certificate.ts";
import { eventually } from "./eventually.ts";
import { killEach, startProgram, untilReady, type ForegroundProgram } from "./foreground-program.ts";
import { onFreePort } from "./free-port.ts";
import { livingProcesses, processesOfGroup, type LivingProcess } from "./living-processes.ts";
import { talk } from "./talk.ts";

export type FtpTls = "none" | "explicit" | "implicit";

export interface FtpServerOptions {
  /** Default "none". With TLS, plain logins are refused, and data connections that do not resume the TLS session. */
  tls?: FtpTls;
  /** Default: a free one. */
  port?: number;
  /** For a session; default: as fast as it goes. */
  maxBytesPerSecond?: number;
  /** More logins at once are refused; default: any number. */
  maxSessions?: number;
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
  /** Commands and answers of all sessions so far, as the server logs them; no passwords. */
  log(): Promise<string>;
  /** How many logins succeeded so far. */
  logins(): Promise<number>;
  /** From now on `root` can, or cannot, be written to. vsftpd refuses uploads with 553 then, all others say 550. */
  setWritable(writable: boolean): Promise<void>;
  /** From now on another password is right; `password` and `passwordFile` stay as they are. */
  changePassword(password: string): Promise<void>;
  /** Kills the server and all its sessions; files, port and password stay. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Ends it for good, and removes its files. */
  stop(): Promise<void>;
}

/** What a server's settings are made of. All paths are absolute. */
export interface FtpSettings {
  port: number;
  tls: FtpTls;
  /** With root's rights it confines its sessions by chroot and gives them to another user. */
  startedByRoot: boolean;
  /** What the sessions may see; not writable by them where they are confined to it. */
  jail: string;
  /** The only passwords that are right; read at each login. */
  passwordsFile: string;
  /** For what it keeps while it runs; empty at first. */
  ownFolder: string;
  logFile: string;
  certificateFile: string;
  keyFile: string;
  /** 0: as fast as it goes. */
  maxBytesPerSecond: number;
  /** 0: any number. */
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
  /** A line of its log that tells of a login. */
  readonly login: RegExp;
}

/** The user of the sessions where root starts the server: without rights, and with a home that exists. */
export const daemonUser = { name: "daemon", uid: 1, gid: 1 };

/** A real server on loopback, with one account, started by whoever runs this; root is not needed. */
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
  const { tls = "none", maxBytesPerSecond = 0, maxSessions = 0, port: fixedPort } = options;
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
    // To be passed through by that user.
    await chmod(folder, 0o711);
  }
  await changePassword(password);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await writeFile(logFile, "");
  const certificate = await makeCertificate(folder);

  let port = fixedPort ?? 0;
  let program: ForegroundProgram;

  async function start(): Promise<void> {
    const { certificateFile, keyFile } = certificate;
    const paths = { jail, passwordsFile, ownFolder, logFile, certificateFile, keyFile };
    // Its greeting is its own, so that it is not mistaken for another one on the same port.
    const greeting = randomUUID();
    const settings = { port, tls, greeting, startedByRoot, maxBytesPerSecond, maxSessions, ...paths };
    await writeFile(settingsFile, server.settings(settings));
    program = startProgram(server.command(settingsFile));
    const address = { host: "127.0.0.1", port };
    const connect = () =>
      tls === "implicit" ? connectTls({ ...address, rejectUnauthorized: false }) : createConnection(address);
    try {
      await untilReady(name, program, () => talk(connect, "", new RegExp(`^220 ${greeting}`)));
      // The one that has looked counts as a session until it has ended.
      if (maxSessions > 0) await eventually(`${name} is alone`, async () => (await living()).length === 1);
    } catch (error) {
      await goAway();
      throw error;
    }
  }

  async function changePassword(now: string): Promise<void> {
    await writeFile(passwordsFile, await server.passwords(now, jail), { mode: 0o600 });
  }

  async function goAway(): Promise<void> {
    await eventually(`${name} and its sessions have ended`, async () => {
      const left = await living();
      killEach(left);
      return left.length === 0;
    });
  }

  /** ProFTPD writes over the environment that others are found by, and vsftpd's sessions leave the group. */
  async function living(): Promise<LivingProcess[]> {
    const found = [...(await processesOfGroup(program.pid)), ...(await livingProcesses(program.marker))];
    return found.filter(({ pid }, index) => found.findIndex((other) => other.pid === pid) === index);
  }

  async function stop(): Promise<void> {
    await goAway();
    await rm(folder, { recursive: true, force: true });
  }

  if (fixedPort === undefined) await onFreePort((free) => ((port = free), start()));
  else await start();

  const directory = startedByRoot ? "/videos" : root;
  const account = { host: "127.0.0.1", port, user, passwordFile, directory };
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
    goAway,
    comeBack: start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
