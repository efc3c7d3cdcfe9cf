import type { Destination } from "../destination.ts";
import { SessionPool } from "../session-pool.ts";
import { FtpSession } from "./ftp-session.ts";
import { factsOf, type FtpServerSettings, openConnection } from "./open-connection.ts";
import { ServerKnowledge } from "./server-knowledge.ts";

/** Delivery by FTP: plain (RFC 959, RFC 2428), with AUTH TLS (RFC 4217), or with TLS from the first byte. */
export function createFtpDestination(settings: FtpServerSettings): Destination {
  const facts = factsOf(settings);
  const knowledge = new ServerKnowledge();
  const pool = new SessionPool(() => openConnection(settings, facts));
  const context = { pool, knowledge, facts, idleTimeoutMs: settings.idleTimeoutMs };
  return {
    name: facts.name,
    connect: async (signal) => new FtpSession(await pool.take(signal), { ...context, signal }),
    close: () => {
      pool.close();
    },
  };
}
