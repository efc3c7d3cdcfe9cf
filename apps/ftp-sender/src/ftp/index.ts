/** The parts with which the doctor examines a server. */
export type { FtpConnection } from "./connection.ts";
export { FtpSession } from "./ftp-session.ts";
export { factsOf, type FtpServerSettings, openConnection, readPassword, serverSettings } from "./open-connection.ts";
export { ServerKnowledge } from "./server-knowledge.ts";
export { certificateFacts } from "./trust.ts";
