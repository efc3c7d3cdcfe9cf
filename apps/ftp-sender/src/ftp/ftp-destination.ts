import type { Destination } from "../destination.ts";
import { SessionPool } from "../session-pool.ts";
import type { FtpServerFacts } from "./ftp-failure.ts";
import { FtpSession } from "./ftp-session.ts";
import { type FtpServerSettings, openConnection } from "./open-connection.ts";
import { ServerKnowledge } from "./server-knowledge.ts";

/** Delivery by FTP: plain (RFC 959, RFC 2428), with AUTH TLS (RFC 4217), or with TLS from the first byte. */
export function createFtpDestination(settings: FtpServerSettings): Destination {
  const { host, port, user, tls } = settings;
  const name = `ftp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const facts: FtpServerFacts = { name, user, password: "", tlsMode: tls.mode };
  const knowledge = new ServerKnowledge();
  const pool = new SessionPool(() => openConnection(settings, facts));
  const context = { pool, knowledge, facts, idleTimeoutMs: settings.idleTimeoutMs };
  return {
    name,
    connect: async (signal) => new FtpSession(await pool.take(signal), { ...context, signal }),
    close: () => {
      pool.close();
    },
  };
}
