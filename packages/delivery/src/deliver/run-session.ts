import type { Destination, Session } from "../destination/destination.ts";

/** The session of a run, until its end. */
export class RunSession implements Disposable {
  readonly #open: () => Promise<Session>;
  #current: Session;

  private constructor(open: () => Promise<Session>, session: Session) {
    this.#open = open;
    this.#current = session;
  }

  static async open(destination: Destination, signal: AbortSignal): Promise<RunSession> {
    const open = () => destination.connect(signal);
    return new RunSession(open, await open());
  }

  get current(): Session {
    return this.#current;
  }

  /** Returns another session, in the place of one that broke. */
  async renew(): Promise<Session> {
    this.#current.release();
    this.#current = await this.#open();
    return this.#current;
  }

  [Symbol.dispose](): void {
    this.#current.release();
  }
}
