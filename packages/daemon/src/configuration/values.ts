import { isIP } from "node:net";
import { hasControls } from "@dwld/text";
import * as z from "zod";
import { showValue } from "./show-value.ts";
import { AddressError, isHostName, parseAddress } from "../network/listen-address.ts";

/**
 * The kinds of values of a configuration. Each hands down what would be right, as the message of every issue that it
 * raises (explain-issue.ts says what is wrong).
 */

/** A mistake in a text, with a remedy if the kind's own is not exact enough; undefined if the text is right. */
export type Verdict = { readonly wrong: string; readonly remedy?: string } | undefined;

/** Adds a check that has its own words for what is wrong. */
export function judged(schema: z.ZodString, judge: (text: string) => Verdict, right: string): z.ZodString {
  return schema.check(({ value, issues }) => {
    const verdict = judge(value);
    if (verdict === undefined) return;
    issues.push({ code: "custom", input: value, message: verdict.remedy ?? right, params: { wrong: verdict.wrong } });
  });
}

const maxTextLength = 4096;

/** A text without control characters, which would end a line of a log, of the FTP dialogue, of a header. */
export function text(right: string): z.ZodString {
  return judged(z.string({ error: right }), judgeText, right);
}

function judgeText(value: string): Verdict {
  if (value === "") return { wrong: "is empty" };
  if (hasControls(value)) return { wrong: `${showValue(value)} holds a control character` };
  return value.length > maxTextLength ? { wrong: `is longer than ${maxTextLength} letters` } : undefined;
}

/** A path of this machine; a relative one is completed later, from the folder of the configuration file. */
export function path(example: string): z.ZodString {
  const right = `a path, such as ${example}`;
  return judged(text(right), judgePath, right);
}

function judgePath(value: string): Verdict {
  if (value !== "~" && !value.startsWith("~/")) return undefined;
  return { wrong: "~ is not expanded", remedy: "write the whole path of the folder" };
}

export function address(example: string): z.ZodString {
  const right = `host:port, such as ${example}`;
  return judged(z.string({ error: right }), judgeAddress, right);
}

function judgeAddress(value: string): Verdict {
  try {
    parseAddress(value);
    return undefined;
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
}

/** An address, or a network such as 10.0.0.0/8. */
export function network(example: string): z.ZodString {
  const right = `an address or a network, such as ${example} or 10.0.0.0/8`;
  const judge = (value: string): Verdict => {
    const [, host = "", bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
    const most = { 4: 32, 6: 128 }[isIP(host)] ?? -1;
    return Number(bits ?? 0) <= most ? undefined : { wrong: `${showValue(value)} is neither` };
  };
  return judged(text(right), judge, right);
}

export function server(example: string): z.ZodString {
  const right = `host:port or unix:/path, such as ${example}`;
  return judged(text(right), judgeServer, right);
}

/** Longest path of a UNIX socket in bytes (sun_path without its closing zero, unix(7)). */
const maxSocketBytes = 107;

function judgeServer(value: string): Verdict {
  if (!value.startsWith("unix:"))
    return judgeAddress(value) ?? (value.endsWith(":0") ? { wrong: `${showValue(value)} has port 0` } : undefined);
  if (value === "unix:") return { wrong: `${showValue(value)} names no path` };
  if (Buffer.byteLength(value) <= maxSocketBytes + "unix:".length) return undefined;
  const wrong = `the path is longer than ${maxSocketBytes} bytes`;
  return { wrong, remedy: "no socket can have such a path; choose a shorter one" };
}

/** "http://host:port" or "https://host:port", without a path. */
export function serverUrl(example: string): z.ZodString {
  const right = `http://host:port or https://host:port, such as ${example}`;
  return judged(text(right), judgeServerUrl, right);
}

function judgeServerUrl(value: string): Verdict {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/]/i.test(value) || canonicalHost(url.hostname) === undefined)
    return { wrong: `${showValue(value)} is not the address of a server` };
  if (url.username !== "" || url.password !== "")
    return { wrong: "holds a user name or a password", remedy: "write it without: secretFile proves who calls" };
  if (url.port === "0") return { wrong: `${showValue(value)} has port 0` };
  return url.href === `${url.origin}/` ? undefined : { wrong: `${showValue(value)} goes on behind the port` };
}

/** The address of something on a server of the web, such as "https://bot.example/hooks/". */
export function webUrl(example: string): z.ZodString {
  const right = `an address of a server and a path, such as ${example}`;
  return judged(text(right), judgeWebUrl, right);
}

function judgeWebUrl(value: string): Verdict {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/]/i.test(value) || canonicalHost(url.hostname) === undefined)
    return { wrong: `${showValue(value)} is no such address` };
  if (url.username !== "" || url.password !== "") return { wrong: "holds a user name or a password" };
  if (url.hash !== "") return { wrong: `${showValue(value)} has a part behind #` };
  return url.port === "0" ? { wrong: `${showValue(value)} has port 0` } : undefined;
}

/** A host name without scheme, port, path or wildcard; an IPv6 address has brackets. */
export function hostName(example: string): z.ZodString {
  const right = `a host name, such as ${example}`;
  const judge = (value: string): Verdict => {
    const shown = showValue(value);
    if (value.includes("/"))
      return { wrong: `${shown} is a link, not a host name`, remedy: `write the name alone, such as ${example}` };
    if (/^[*.]/.test(value)) {
      const remedy = `write ${value.replace(/^[*.]+/, "")}: what is below it is included`;
      return { wrong: `${shown} begins with a wildcard`, remedy };
    }
    if (/^[^:]+:\d+$/.test(value))
      return { wrong: `${shown} has a port`, remedy: `write the name alone: ${value.replace(/:\d+$/, "")}` };
    return canonicalHost(value) === undefined ? { wrong: `${shown} is not a host name` } : undefined;
  };
  return judged(text(right), judge, right);
}

/** Returns a host as a URL spells it (lower case, punycode, IPv6 in brackets), or undefined if it is none. */
export function canonicalHost(host: string): string | undefined {
  const bare = host.replace(/\.$/, "");
  const spelled = URL.parse(`http://${bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare}/`);
  if (spelled === null || /[/?#@\\%\s]/.test(host) || spelled.port !== "") return undefined;
  return spelled.hostname.startsWith("[") || isHostName(spelled.hostname) ? spelled.hostname : undefined;
}

/** A name of a stage, a site and the like: it is printed in tables and typed in commands. */
export function name(what: string): z.ZodString {
  const right = `a ${what} is named with up to 63 letters, digits, dots, dashes and underscores, a letter or digit first`;
  return z.string({ error: right }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, { error: right });
}

export function wholeNumber(min: number, max: number): z.ZodNumber {
  const right = `a whole number from ${min} to ${max}`;
  return z.int({ error: right }).min(min, { error: right }).max(max, { error: right });
}

const byteUnits: Readonly<Record<string, number>> = {
  b: 1,
  ...{ kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};

/** A number of bytes: whole, or with a unit as disks are labelled: "2 GiB", "500 MB". */
export function bytes(min: number, example: string) {
  const least = min <= 1 ? "" : `, at least ${min / 2 ** 20} MiB`;
  const right = `a number of bytes with its unit, such as ${example}${least}; the units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB`;
  const judge = (value: string): Verdict => {
    const count = readBytes(value);
    if (count === undefined) return { wrong: `${showValue(value)} is no number of bytes` };
    if (count < min) return { wrong: `${showValue(value)} is too small` };
    return count > Number.MAX_SAFE_INTEGER ? { wrong: `${showValue(value)} is too large` } : undefined;
  };
  const written = judged(z.string({ error: right }), judge, right);
  return z
    .union([z.int({ error: right }).min(min, { error: right }), written], { error: right })
    .transform((value) => (typeof value === "string" ? (readBytes(value) ?? min) : value));
}

function readBytes(written: string): number | undefined {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?i?b)$/i.exec(written.trim()) ?? [];
  const unitBytes = byteUnits[unit.toLowerCase()];
  return count === undefined || unitBytes === undefined ? undefined : Math.round(Number(count) * unitBytes);
}

/** A duration or a rate; its unit is part of the key's name. */
export function quantity(unit: string, min: number, max: number): z.ZodNumber {
  const right = `a number of ${unit} from ${min} to ${max}, without a unit`;
  return z.number({ error: right }).min(min, { error: right }).max(max, { error: right });
}

/** A SHA-256 fingerprint of a certificate, read as Node writes it: "AB:CD:…". */
export function fingerprint() {
  const right = "a SHA-256 fingerprint: 32 pairs of hexadecimal digits, with or without colons";
  return z
    .string({ error: right })
    .regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, { error: right })
    .transform((digits) => (digits.toUpperCase().replaceAll(":", "").match(/../g) ?? []).join(":"));
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: "true or false" });
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodEnum<{ [V in Values[number]]: V }> {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

export function list<Item extends z.ZodType>(item: Item, options: { min: number; right: string }): z.ZodArray<Item> {
  return z
    .array(item, { error: options.right })
    .min(options.min, { error: options.right })
    .max(1000, { error: options.right });
}
