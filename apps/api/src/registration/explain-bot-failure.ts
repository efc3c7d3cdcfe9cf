import { Code, ConnectError } from "@connectrpc/connect";
import { type BotSettings, ConfigurationError, redactSecrets } from "@dwld/daemon";
import { errorCode, oneLine } from "@dwld/text";

/** `away`: no answer. `refused`: the bot said no. `failing`: anything else. */
export type BotFailure = { state: "away" | "refused" | "failing"; trouble: string };

/** The longest part of the bot's own words that is shown, in characters. */
const maxWords = 300;

/** Explains what a call threw: the state of the bot, what is wrong, and what to do. */
export function explainBotFailure(
  error: unknown,
  bot: BotSettings,
  { service, timeoutMs }: { service: string; timeoutMs: number },
): BotFailure {
  // About the file of the secret; its message says what to do.
  if (error instanceof ConfigurationError) return { state: "failing", trouble: error.message };
  if (!(error instanceof ConnectError))
    return {
      state: "failing",
      trouble: `the bot was not called, since this downloader cannot tell how it is (${shortened(String(error))}); its log and its health say more`,
    };
  const { code, rawMessage, cause } = error;
  const words = shortened(rawMessage);
  switch (code) {
    case Code.Unavailable:
      return { state: "away", trouble: explainAway(words, errorCode(cause), bot) };
    case Code.DeadlineExceeded:
      return {
        state: "away",
        trouble: `no answer within ${timeoutMs / 1000} s: it is slow, hangs, or cannot be reached; look at the bot, and at firewalls between`,
      };
    case Code.Canceled:
      return {
        state: "away",
        trouble:
          "it cut the connection before it answered; its log may say why; if it speaks TLS, its address begins with https://",
      };
    case Code.Unauthenticated:
      return {
        state: "refused",
        trouble: `it does not accept the secret (${words}); the same must be in ${bot.secretFile ?? "secretFile"} and with the bot`,
      };
    case Code.FailedPrecondition:
      return {
        state: "refused",
        trouble: `it refuses (${words}); if that is about the time of day, set the clocks of both machines (timedatectl shows them)`,
      };
    case Code.AlreadyExists:
      return {
        state: "refused",
        trouble: `it refuses (${words}); give each downloader a name of its own under register`,
      };
    case Code.PermissionDenied:
    case Code.InvalidArgument:
      return { state: "refused", trouble: `it refuses (${words}); ask whoever runs the bot` };
    case Code.Unimplemented:
      return {
        state: "failing",
        trouble: `what answers there is no bot with ${service} (${words}); correct the address, or protocol, under register`,
      };
    default:
      return { state: "failing", trouble: explainFailing(words, errorCode(cause), bot) };
  }
}

function explainAway(words: string, code: string, { address }: BotSettings): string {
  switch (code) {
    case "ECONNREFUSED":
      return `nobody listens on ${address}; start the bot, or correct its address under register`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the name in ${address} leads to no machine (${code}); correct it under register, or look at this machine's DNS`;
    default:
      return `it cannot be reached (${words}); look at the bot, and at the network between`;
  }
}

function explainFailing(words: string, code: string, { address }: BotSettings): string {
  if (code === "ERR_HTTP2_ERROR" || /^unsupported content type|^protocol error/.test(words))
    return `what answers on ${address} speaks no gRPC (${words}); correct the address under register`;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER")
    return `what answers on ${address} speaks no TLS; write http:// under register`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `its certificate is for another name (${words}); write the name that it has in the address under register`;
  if (/^(ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_)/.test(code))
    return `its certificate is not accepted (${words}); name its authority in a PEM file by the variable NODE_EXTRA_CA_CERTS`;
  return `it answers with an error (${words}); its log may say why`;
}

function shortened(words: string): string {
  return oneLine(redactSecrets(words), maxWords);
}
