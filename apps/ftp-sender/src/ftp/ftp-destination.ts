import { isDeepStrictEqual } from "node:util";
import { type FtpSettings, readSecretFile } from "@dwld/daemon";
import { type Destination, SessionPool } from "@dwld/delivery";
import { FtpSession } from "./ftp-session.ts";
import { factsOf, type FtpServerSettings, openConnection } from "./open-connection.ts";
import { ServerKnowledge } from "./server-knowledge.ts";

/**
 * Returns the destination FTP: plain (RFC 959, RFC 2428), with AUTH TLS (RFC 4217), or with implicit TLS.
 *
 * @param settings returns those as of now, of one server: after a change, sessions of before are taken no more.
 */
export function createFtpDestination(settings: () => FtpServerSettings): Destination {
  let server = serverOf(settings());
  const { name } = server.facts;
  const current = () => {
    const now = settings();
    if (now === server.settings) return server;
    server.pool.close();
    server = serverOf(now);
    return server;
  };
  return {
    name,
    title: name,
    connect: async (signal) => {
      const { pool, ...context } = current();
      return new FtpSession(await pool.take(signal), { ...context, pool, signal });
    },
    close: () => {
      server.pool.close();
    },
  };
}

function serverOf(settings: FtpServerSettings) {
  const facts = factsOf(settings);
  const pool = new SessionPool(() => openConnection(settings, facts));
  return { settings, facts, pool, knowledge: new ServerKnowledge(), idleTimeoutMs: settings.idleTimeoutMs };
}

/**
 * Opens the destination of the section `ftp`.
 *
 * @param section returns it as of now.
 * @throws ConfigurationError if the file of the password cannot be read.
 */
export function openFtpDestination(section: () => FtpSettings): Destination {
  readPassword(section());
  let login = loginOf(section());
  return createFtpDestination(() => {
    const next = loginOf(section());
    if (!isDeepStrictEqual(next.written, login.written)) login = next;
    return login.settings;
  });
}

/** Reads the password. A file that is not there is a mistake of the configuration. @throws ConfigurationError */
export function readPassword({ passwordFile }: FtpSettings): string {
  return passwordFile === undefined ? "" : readSecretFile(passwordFile);
}

function loginOf(ftp: FtpSettings) {
  const { host, port, user, passwordFile, tls, idleTimeoutSeconds } = ftp;
  return {
    written: { host, port, user, passwordFile, tls, idleTimeoutSeconds },
    settings: {
      host,
      port,
      user,
      tls,
      readPassword: () => readPassword(ftp),
      idleTimeoutMs: idleTimeoutSeconds * 1000,
    },
  };
}
