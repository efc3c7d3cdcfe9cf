import { createHash } from "node:crypto";
import { ConfigurationError, type NotifyTarget, readSecretFile } from "@dwld/daemon";
import { clipBytes, clipText } from "@dwld/text";
import { type Message, said } from "../message.ts";
import { post } from "./post.ts";
import type { Reply } from "./reply.ts";
import { sendMail } from "./sendmail.ts";
import { signatureHeaders } from "./signature.ts";

/** The longest text that Telegram takes, in characters. */
const telegramCharacters = 4096;

/** The longest text that ntfy takes, in bytes. */
const ntfyBytes = 4096;

/** Returns the name of a target, for the operator and as its lane: without the part of an address that may be a secret. */
export function nameOfTarget({ webhook, ntfy, email, telegram }: NotifyTarget): string {
  if (webhook !== undefined) return `webhook ${placeOf(webhook.url)}`;
  if (ntfy !== undefined) return `ntfy ${placeOf(ntfy.url)}`;
  if (email !== undefined) return `email ${email.to}`;
  return `telegram ${telegram?.chat ?? ""}`;
}

function placeOf(url: string): string {
  const { origin, pathname, search } = new URL(url);
  if (pathname + search === "/") return origin;
  return `${origin} (${createHash("sha256").update(url).digest("hex").slice(0, 6)})`;
}

/** Sends a message to a target. Never throws. */
export async function sendToTarget(
  target: NotifyTarget,
  message: Message,
  { nowMs, signal }: { nowMs: number; signal: AbortSignal },
): Promise<Reply> {
  try {
    return await send(target, message, nowMs, signal);
  } catch (error) {
    // About the file of a secret; its message says what to do, and may help the next time.
    if (error instanceof ConfigurationError)
      return { outcome: "refused", answer: `it was not called: ${error.message}` };
    throw error;
  }
}

async function send(target: NotifyTarget, message: Message, nowMs: number, signal: AbortSignal): Promise<Reply> {
  const { webhook, ntfy, email, telegram, language } = target;
  const [title, text] = [said(message.title, language), said(message.body, language)];
  if (webhook !== undefined) {
    const body = webhookBody(message, { title, text, language });
    const headers = signatureHeaders(readSecretFile(webhook.secretFile), { id: message.id, body }, nowMs);
    return await post(new URL(webhook.url), { headers: { ...json, ...headers }, body, signal });
  }
  if (ntfy !== undefined) {
    const { server, topic } = ntfyPlace(ntfy.url);
    // As JSON, since titles in headers are Latin.
    const priority = message.began.length > 0 ? 4 : 3;
    const body = JSON.stringify({ topic, title, message: clipBytes(text, ntfyBytes), priority });
    const token = ntfy.tokenFile === undefined ? {} : { authorization: `Bearer ${readSecretFile(ntfy.tokenFile)}` };
    return await post(server, { headers: { ...json, ...token }, body, signal });
  }
  if (email !== undefined) {
    const { to, from, sendmail } = email;
    const mail = {
      to,
      id: message.id,
      atMs: message.atMs,
      subject: title,
      text,
      ...(from === undefined ? {} : { from }),
    };
    return await sendMail(sendmail, mail, signal);
  }
  if (telegram === undefined) return { outcome: "refused", answer: "names no way to tell" };
  const url = new URL(`/bot${readSecretFile(telegram.tokenFile)}/sendMessage`, telegram.api);
  const words = clipText(`${title}\n\n${text}`, telegramCharacters, "…");
  const body = JSON.stringify({ chat_id: telegram.chat, text: words, link_preview_options: { is_disabled: true } });
  return await post(url, { headers: json, body, signal });
}

const json = { "content-type": "application/json" } as const;

/** Returns the server and the topic of the address of a topic. */
function ntfyPlace(url: string): { server: URL; topic: string } {
  const address = new URL(url);
  const path = address.pathname.replace(/\/$/, "");
  const slash = path.lastIndexOf("/");
  return {
    server: new URL(`${address.origin}${path.slice(0, slash + 1)}`),
    topic: decoded(path.slice(slash + 1)),
  };
}

/** Returns a part of a path without its encoding, or as it is written if it has another than that of UTF-8. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return part;
  }
}

function webhookBody(
  { id, atMs, began, ended }: Message,
  { title, text, language }: { title: string; text: string; language: string },
): string {
  const part = ({ kind, subject, sinceMs, text: words }: Message["ended"][number]) => ({
    ...{ kind, subject, text: said(words, language) },
    since: new Date(sinceMs).toISOString(),
  });
  return JSON.stringify({
    ...{ type: "notice", id, timestamp: new Date(atMs).toISOString(), title, text },
    began: began.map((each) => ({ ...part(each), todo: said(each.todo, language) })),
    ended: ended.map(part),
  });
}
