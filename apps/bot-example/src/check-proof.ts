import { createHmac, timingSafeEqual } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RegisterDownloaderRequest } from "@dwld/rpc";

/** How far the two clocks may be apart, as the contract has it. */
const windowMs = 5 * 60 * 1000;

/** Only who knows the secret adds one, so this many are a downloader gone wild. */
const mostNonces = 100_000;

/** Whether the caller knows the secret: the checks that `proto/dwld/v1/registry.proto` asks of a bot, in its order. */
export class ProofCheck {
  readonly #secret: string;
  readonly #now: () => number;
  /** Those that would be accepted again otherwise, and until when (ms since the epoch); the oldest first. */
  readonly #nonces = new Map<string, number>();

  constructor(secret: string, now: () => number) {
    this.#secret = secret;
    this.#now = now;
  }

  /**
   * @param method "RegisterDownloader" or "UnregisterDownloader".
   * @throws ConnectError whose message is for the operator of the downloader.
   */
  check(method: string, { proof, name, address }: Pick<RegisterDownloaderRequest, "proof" | "name" | "address">): void {
    if (proof?.time === undefined) throw new ConnectError("there is no proof, or no time in it", Code.InvalidArgument);
    // No line of the signed text may pretend to be two.
    if (
      !/^[\w-]{16,64}$/.test(proof.nonce) ||
      !/^[^\p{Cc}]{1,64}$/u.test(name) ||
      !/^[^\p{Cc}\s]+:\d{1,5}$/u.test(address)
    )
      throw new ConnectError("nonce, name or address are not as the contract describes them", Code.InvalidArgument);
    const text = [`dwld.v1.RegistryService/${method}`, proof.nonce, proof.time.seconds, name, address].join("\n");
    const right = createHmac("sha256", this.#secret).update(text).digest();
    if (proof.hmac.length !== right.length || !timingSafeEqual(proof.hmac, right))
      throw new ConnectError("the proof was not made with this bot's secret", Code.Unauthenticated);
    // Its nanoseconds are not signed.
    this.#checkTime(Number(proof.time.seconds) * 1000);
    this.#useUp(proof.nonce);
  }

  #checkTime(theirsMs: number): void {
    const apartMs = theirsMs - this.#now();
    if (Math.abs(apartMs) <= windowMs) return;
    const seconds = Math.round(Math.abs(apartMs) / 1000);
    throw new ConnectError(
      `the downloader's clock is ${seconds} s ${apartMs > 0 ? "ahead of" : "behind"} the bot's, which allows ${windowMs / 1000} s`,
      Code.FailedPrecondition,
    );
  }

  #useUp(nonce: string): void {
    const nowMs = this.#now();
    for (const [old, untilMs] of this.#nonces) {
      if (untilMs >= nowMs) break;
      this.#nonces.delete(old);
    }
    if (this.#nonces.has(nonce)) throw new ConnectError("this proof was used before", Code.AlreadyExists);
    if (this.#nonces.size >= mostNonces) throw new ConnectError("too many calls", Code.ResourceExhausted);
    // Its time may lie as far ahead as the window, and is accepted until as far behind.
    this.#nonces.set(nonce, nowMs + 2 * windowMs);
  }
}
