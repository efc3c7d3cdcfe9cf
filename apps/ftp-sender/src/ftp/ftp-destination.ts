import { isDeepStrictEqual } from "node:util";
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
    if (isDeepStrictEqual(now, server.settings)) return server;
    server.pool.close();
    server = serverOf(now);
    return server;
  };
  return {
    name,
    title: name,
    words: {
      section: "ftp",
      refusalInRussian: "Видео скачано, но сервер, на который его отправляют, его не принял.",
    },
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
