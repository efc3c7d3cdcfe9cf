import { hash, randomInt, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The text of a token: "dwld_", 12 characters that are no secret, "_", 43 that are (256 bits), and 6 that check all before
 * them. Scanners for secrets know it by the prefix, and a typing error is told without a look into the table. A double
 * click selects it as a whole.
 */
const form = /^dwld_(?<id>[\dA-Za-z]{12})_[\dA-Za-z]{49}$/;

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const lengths = { server: 4, name: 8, secret: 43, check: 6 } as const;

/** A new token. */
export type NewToken = { readonly id: string; readonly text: string; readonly hash: string };

/** @param server identity of the task table, by which a token of another server is told apart. */
export function makeToken(server: string): NewToken {
  const id = serverMark(server) + randomText(lengths.name);
  const unchecked = `dwld_${id}_${randomText(lengths.secret)}`;
  const text = unchecked + checkOf(unchecked);
  return { id, text, hash: hash("sha256", text, "base64url") };
}

/** Returns the id of a token; undefined if the text is none, or not a whole one. */
export function readTokenId(text: string): string | undefined {
  const id = form.exec(text)?.groups?.["id"];
  return id !== undefined && text.endsWith(checkOf(text.slice(0, -lengths.check))) ? id : undefined;
}

/** Stands for the hash of a token that does not exist, so that a wrong secret and a wrong id take the same time. */
const noHash = Buffer.alloc(32);

/** Compares in constant time. @param known SHA-256 of the right text; undefined: there is none. */
export function isToken(text: string, known: Uint8Array | undefined): boolean {
  return timingSafeEqual(hash("sha256", text, "buffer"), known ?? noHash) && known !== undefined;
}

/** Returns whether an id was made by a server with this identity. */
export function isOfServer(id: string, server: string): boolean {
  return id.startsWith(serverMark(server));
}

function serverMark(server: string): string {
  return inLetters(crc32(server), lengths.server);
}

function checkOf(text: string): string {
  return inLetters(crc32(text), lengths.check);
}

/** Writes the last digits of a number in base 62. */
function inLetters(value: number, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest = Math.floor(rest / alphabet.length))
    text = alphabet.charAt(rest % alphabet.length) + text;
  return text;
}

function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
