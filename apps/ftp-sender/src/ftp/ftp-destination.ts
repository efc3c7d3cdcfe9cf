import { type FtpSettings, readSecretFile } from "@dwld/daemon";
import { type Destination, SessionPool } from "@dwld/delivery";
import { FtpSession } from "./ftp-session.ts";
import { factsOf, type FtpServerSettings, openConnection } from "./open-connection.ts";
import { ServerKnowledge } from "./server-knowledge.ts";

/** Returns the destination FTP: plain (RFC 959, RFC 2428), with AUTH TLS (RFC 4217), or with implicit TLS. */
export function createFtpDestination(settings: FtpServerSettings): Destination {
  const facts = factsOf(settings);
  const knowledge = new ServerKnowledge();
  const pool = new SessionPool(() => openConnection(settings, facts));
  const context = { pool, knowledge, facts, idleTimeoutMs: settings.idleTimeoutMs };
  return {
    name: facts.name,
    title: facts.name,
    connect: async (signal) => new FtpSession(await pool.take(signal), { ...context, signal }),
    close: () => {
      pool.close();
    },
  };
}

/** Opens the destination of the section `ftp`. @throws ConfigurationError if the file of the password cannot be read. */
export function openFtpDestination(ftp: FtpSettings): Destination {
  const readPassword = () => (ftp.passwordFile === undefined ? "" : readSecretFile(ftp.passwordFile));
  // A file that is not there is a mistake of the configuration, reported before anything starts.
  readPassword();
  return createFtpDestination({ ...ftp, readPassword, idleTimeoutMs: ftp.idleTimeoutSeconds * 1000 });
}
