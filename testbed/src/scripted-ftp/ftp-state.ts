import type { DataConnection } from "./data-connection.ts";
import type { FtpScript } from "./ftp-script.ts";

/** What a session and its server have in common. */
export type FtpWorld = {
  /** The folder on this disk that is "/" to the sessions. */
  jail: string;
  account: { user: string; password: string };
  script: FtpScript;
  /** What was asked, passwords left out. */
  commands: string[];
};

/** What the commands of a session leave behind for those that follow. */
export type FtpState = {
  readonly world: FtpWorld;
  /** Says something before the answer. */
  readonly say: (line: string) => Promise<void>;
  user: string;
  loggedIn: boolean;
  folder: string;
  /** Of REST, for the command right behind it. */
  startAt: number;
  /** Of RNFR. */
  renamed: string | undefined;
  hashName: string;
  data: DataConnection | undefined;
};
