import { FTPError } from "basic-ftp";
import type { KeptSession } from "@dwld/delivery";
import { type FtpFeatures, parseFeatures } from "./features.ts";
import type { FtpClient } from "./ftp-client.ts";
import type { DataConnection } from "./passive-mode.ts";

/** A control connection that is logged in. */
export class FtpConnection implements KeptSession {
  readonly client: FtpClient;
  readonly data: DataConnection = {};
  /** The algorithm of HASH that was chosen last. */
  hashName: string | undefined;
  #features: FtpFeatures = parseFeatures("");
  #loginFolder: string | undefined;

  constructor(client: FtpClient) {
    this.client = client;
  }

  get usable(): boolean {
    return !this.client.closed;
  }

  get features(): FtpFeatures {
    return this.#features;
  }

  async isAlive(): Promise<boolean> {
    try {
      await this.client.send("NOOP");
      return true;
    } catch (error) {
      return error instanceof FTPError && error.code !== 421 && this.usable;
    }
  }

  close(): void {
    this.client.close();
  }

  /** Prepares the connection after the login. */
  async begin(): Promise<void> {
    const { client } = this;
    this.#features = parseFeatures((await client.sendIgnoringError("FEAT")).message);
    // Binary, so that sizes are those of the bytes.
    await client.send("TYPE I");
    // Names are sent in UTF-8 in any case: vsftpd does not announce it, and stores the bytes as they are.
    if (this.features.utf8) await client.sendIgnoringError("OPTS UTF8 ON");
    if (this.features.machineListing) client.availableListCommands = ["MLSD", ...client.availableListCommands];
    await this.#learnLoginFolder();
  }

  /** Returns an absolute path. A relative one begins where the login ended up, whatever folder was entered since. */
  absolute(path: string): string {
    if (path.startsWith("/")) return path;
    if (this.#loginFolder !== undefined) return `${this.#loginFolder}/${path}`;
    throw new Error("it does not say where a login ends up: let ftp.directory begin with a slash");
  }

  /** Has to run before any change of the folder. RFC 959 appendix II: 257 "/the ""quoted"" path". */
  async #learnLoginFolder(): Promise<void> {
    const { message } = await this.client.sendIgnoringError("PWD");
    this.#loginFolder = /^257 "((?:[^"]|"")+)"/.exec(message)?.[1]?.replaceAll('""', '"').replace(/\/$/, "");
  }
}
