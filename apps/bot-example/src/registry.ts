import { createHmac, timingSafeEqual } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RegisterDownloaderRequest, UnregisterDownloaderRequest } from "@dwld/rpc";

const clockWindowSeconds = 300;

/**
 * Serves `dwld.v1.RegistryService`, with the proof that proto/dwld/v1/registry.proto asks of a bot. A bot with several
 * downloaders also refuses a living one's name at another address, and forgets one that is silent for three intervals.
 */
export class Registry {
  readonly #secret: string;
  readonly #downloaders = new Map<string, RegisterDownloaderRequest>();
  /** Nonces that were used, each with the second until which it would be accepted again. */
  readonly #nonces = new Map<string, number>();

  constructor(secret: string) {
    this.#secret = secret;
  }

  registerDownloader(request: RegisterDownloaderRequest) {
    this.#checkProof("RegisterDownloader", request);
    if (!this.#downloaders.has(request.name)) console.log(`* ${request.name} is there, at ${request.address}`);
    this.#downloaders.set(request.name, request);
    return {};
  }

  unregisterDownloader(request: UnregisterDownloaderRequest) {
    this.#checkProof("UnregisterDownloader", request);
    // The call of a run that was replaced already has no effect.
    const known = this.#downloaders.get(request.name);
    const isSameRun =
      known?.startTime?.seconds === request.startTime?.seconds && known?.startTime?.nanos === request.startTime?.nanos;
    if (known?.address === request.address && isSameRun) this.#downloaders.delete(request.name);
    return {};
  }

  /** Returns the address of a downloader that takes links of this host, if one is there. */
  addressFor(host: string): string | undefined {
    const takes = ({ allSites, sites }: RegisterDownloaderRequest) =>
      allSites || sites.some(({ hosts }) => hosts.some((suffix) => `.${host}`.endsWith(`.${suffix}`)));
    return [...this.#downloaders.values()].find(takes)?.address;
  }

  #checkProof(method: string, { proof, name, address }: Pick<RegisterDownloaderRequest, "proof" | "name" | "address">) {
    const [now, seconds] = [Date.now() / 1000, Number(proof?.time?.seconds)];
    const lines = [`dwld.v1.RegistryService/${method}`, proof?.nonce ?? "", String(seconds), name, address];
    if (lines.some((line) => /\p{Cc}/u.test(line)))
      throw new ConnectError("a name, address or nonce holds a control character", Code.InvalidArgument);
    const right = createHmac("sha256", this.#secret).update(lines.join("\n")).digest();
    if (proof?.hmac.length !== right.length || !timingSafeEqual(proof.hmac, right))
      throw new ConnectError("the proof was not made with this bot's secret", Code.Unauthenticated);
    if (Math.abs(now - seconds) > clockWindowSeconds)
      throw new ConnectError(`the clocks are ${Math.round(now - seconds)} s apart`, Code.FailedPrecondition);
    for (const [nonce, until] of this.#nonces) if (until < now) this.#nonces.delete(nonce);
    if (this.#nonces.has(proof.nonce)) throw new ConnectError("this proof was used before", Code.AlreadyExists);
    this.#nonces.set(proof.nonce, now + 2 * clockWindowSeconds);
  }
}
