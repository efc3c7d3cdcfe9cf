import type { DataConnection } from "./data-connection.ts";
import type { FtpScript } from "./ftp-script.ts";

/** State that sessions share with their server. */
export type FtpWorld = {
  /** The folder on this disk that is "/" to the sessions. */
  jail: string;
  account: { user: string; password: string };
  script: FtpScript;
  /** The commands so far, without passwords. */
  commands: string[];
};

/** State of a session from one command to the next. */
export type FtpState = {
  readonly world: FtpWorld;
  /** Sends a line before the answer. */
  readonly say: (line: string) => Promise<void>;
  user: string;
  loggedIn: boolean;
  folder: string;
  /** The offset of REST, for the next command. */
  startAt: number;
  /** The path of RNFR. */
  renamed: string | undefined;
  hashName: string;
  data: DataConnection | undefined;
};
