import type { TLSSocket } from "node:tls";
import { type FtpSettings, readSecretFile } from "@dwld/daemon";
import { minuteMs, withTimeout } from "@dwld/timing";
import { FtpConnection } from "./connection.ts";
import { FtpClient } from "./ftp-client.ts";
import { explainFtpError } from "./ftp-failure.ts";
import type { FtpServerFacts, FtpStep } from "./failure-text.ts";
import { passiveMode } from "./passive-mode.ts";
import { createTrust } from "./trust.ts";

export type FtpServerSettings = {
  host: string;
  port: number;
  user: string;
  /** The password, or its file, which is read at each login, so that a wrong one can be corrected without a restart. */
  password: string | { readonly file: string };
  tls: { mode: "none" | "explicit" | "implicit"; caFile?: string; fingerprint?: string };
  /** A connection on which nothing moves for this time is closed. */
  idleTimeoutMs: number;
};

/**
 * During a large transfer the control connection is silent for hours. NAT routers forget a silent connection after minutes,
 * and the confirmation never arrives. curl uses the same minute.
 */
const keepAliveMs = minuteMs;

/** Returns the settings by which the section `ftp` reaches its server. */
export function serverSettings(ftp: FtpSettings): FtpServerSettings {
  const { host, port, user, passwordFile, tls, idleTimeoutSeconds } = ftp;
  const password = passwordFile === undefined ? "" : { file: passwordFile };
  return { host, port, user, password, tls, idleTimeoutMs: idleTimeoutSeconds * 1000 };
}

/** Reads the password. A file that is not there is a mistake of the configuration. @throws ConfigurationError */
export function readPassword({ password }: Pick<FtpServerSettings, "password">): string {
  return typeof password === "string" ? password : readSecretFile(password.file);
}

/** Returns the facts of a server. The password in them is set at each login. */
export function factsOf({ host, port, user, tls }: FtpServerSettings): FtpServerFacts {
  const name = `ftp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { name, user, password: "", tlsMode: tls.mode };
}

/** Connects and logs in. @throws DestinationError of the phase `connect`. */
export async function openConnection(settings: FtpServerSettings, facts: FtpServerFacts): Promise<FtpConnection> {
  const { host, port, user, tls } = settings;
  const client = new FtpClient(settings.idleTimeoutMs);
  const connection = new FtpConnection(client);
  let step: FtpStep = "connect";
  try {
    // Read at each login: the authority's file may have been corrected.
    const trust = tls.mode === "none" ? undefined : createTrust({ host, ...tls });
    if (tls.mode === "implicit") await client.connectImplicitTLS(host, port, { ...trust?.control });
    else await client.connect(host, port);
    client.ftp.socket.setKeepAlive(true, keepAliveMs);
    step = "tls";
    // The library puts no end to a handshake.
    if (tls.mode === "explicit")
      await withTimeout(client.useTLS({ ...trust?.control }), settings.idleTimeoutMs, () => {
        throw new Error("Timeout (TLS handshake)");
      });
    if (trust !== undefined) {
      trust.check(client.ftp.socket as TLSSocket);
      client.ftp.tlsOptions = { ...trust.data };
    }
    client.prepareTransfer = passiveMode(trust, connection.data);
    step = "login";
    facts.password = readPassword(settings);
    await client.login(user, facts.password);
    if (trust !== undefined) await protectData(client, tls.mode);
    await connection.begin();
    return connection;
  } catch (error) {
    client.close();
    throw explainFtpError(error, step, facts);
  }
}

/** Encrypts data connections (RFC 4217 section 9). With implicit TLS, some servers do not know the commands. */
async function protectData(client: FtpClient, mode: FtpServerSettings["tls"]["mode"]): Promise<void> {
  const ask = (command: string) => (mode === "explicit" ? client.send(command) : client.sendIgnoringError(command));
  await ask("PBSZ 0");
  await ask("PROT P");
}
