import { hasControls } from "@dwld/text";
import { z } from "zod";
import { showValue } from "./show-value.ts";
import { AddressError, isHostName, parseAddress } from "../listen-address.ts";

/**
 * The kinds of values a configuration is made of. Each carries what would be right as the message of every
 * issue it raises (explain-issue.ts says what is wrong), and as its description in the JSON Schema for editors.
 */

/** A check that finds its own words for what is wrong; `undefined` is right. */
export function judged(
  schema: z.ZodString,
  judge: (text: string) => { wrong: string; remedy?: string } | undefined,
  right: string,
): z.ZodString {
  return schema.check(({ value, issues }) => {
    const verdict = judge(value);
    if (verdict === undefined) return;
    issues.push({ code: "custom", input: value, message: verdict.remedy ?? right, params: { wrong: verdict.wrong } });
  });
}

// Control characters would end a line of a log, of the FTP dialogue, of a header.
const maxTextLength = 4096;

export function text(right: string): z.ZodString {
  const judge = (value: string): { wrong: string } | undefined => {
    if (value === "") return { wrong: "is empty" };
    if (hasControls(value)) return { wrong: `${showValue(value)} holds a control character` };
    return value.length > maxTextLength ? { wrong: `is longer than ${maxTextLength} letters` } : undefined;
  };
  return judged(z.string({ error: right }), judge, right);
}

/** A path of this machine; a relative one is completed later, from the folder of the configuration file. */
export function path(example: string): z.ZodString {
  const right = `a path, such as ${example}`;
  const judge = (value: string): { wrong: string; remedy: string } | undefined =>
    value === "~" || value.startsWith("~/")
      ? { wrong: "~ is not expanded", remedy: "write the whole path of the folder" }
      : undefined;
  return judged(text(right), judge, right);
}

export function address(example: string): z.ZodString {
  const right = `host:port, such as ${example}`;
  return judged(z.string({ error: right }), judgeAddress, right);
}

/** The longest path of a UNIX socket (sun_path without its closing zero, unix(7)). */
const maxSocketBytes = 107;

export function server(example: string): z.ZodString {
  const right = `host:port or unix:/path, such as ${example}`;
  const judge = (value: string): { wrong: string; remedy?: string } | undefined => {
    if (!value.startsWith("unix:"))
      return judgeAddress(value) ?? (value.endsWith(":0") ? { wrong: `${showValue(value)} has port 0` } : undefined);
    if (value === "unix:") return { wrong: `${showValue(value)} names no path` };
    if (Buffer.byteLength(value) <= maxSocketBytes + "unix:".length) return undefined;
    return {
      wrong: `the path is longer than ${maxSocketBytes} bytes`,
      remedy: "no socket can have such a path; choose a shorter one",
    };
  };
  return judged(text(right), judge, right);
}

function judgeAddress(value: string): { wrong: string; remedy: string } | undefined {
  try {
    parseAddress(value);
    return undefined;
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
}

/** "http://host:port" or "https://host:port": a server, and nothing of a page on it. */
export function serverUrl(example: string): z.ZodString {
  const right = `http://host:port or https://host:port, such as ${example}`;
  const judge = (value: string): { wrong: string; remedy?: string } | undefined => {
    const url = URL.parse(value);
    if (url === null || !/^https?:\/\/[^/]/i.test(value) || canonicalHost(url.hostname) === undefined)
      return { wrong: `${showValue(value)} is not the address of a server` };
    if (url.username !== "" || url.password !== "")
      return { wrong: "holds a user name or a password", remedy: "write it without; who calls is told by secretFile" };
    if (url.port === "0") return { wrong: `${showValue(value)} has port 0` };
    return url.href === `${url.origin}/` ? undefined : { wrong: `${showValue(value)} goes on behind the port` };
  };
  return judged(text(right), judge, right);
}

/** A host name without scheme, port, path or wildcard; brackets round an IPv6 address. */
export function hostName(example: string): z.ZodString {
  const right = `a host name, such as ${example}`;
  const judge = (value: string): { wrong: string; remedy?: string } | undefined => {
    if (value.includes("/"))
      return {
        wrong: `${showValue(value)} is a link, not a host name`,
        remedy: `write the name alone, such as ${example}`,
      };
    if (/^[*.]/.test(value))
      return {
        wrong: `${showValue(value)} begins with a wildcard`,
        remedy: `write ${value.replace(/^[*.]+/, "")}: what is below it is included`,
      };
    if (/^[^:]+:\d+$/.test(value))
      return { wrong: `${showValue(value)} has a port`, remedy: `write the name alone: ${value.replace(/:\d+$/, "")}` };
    return canonicalHost(value) === undefined ? { wrong: `${showValue(value)} is not a host name` } : undefined;
  };
  return judged(text(right), judge, right);
}

/** The host as a URL would spell it (lower case, punycode, IPv6 in brackets), or undefined. */
export function canonicalHost(host: string): string | undefined {
  const bare = host.replace(/\.$/, "");
  const spelled = URL.parse(`http://${bare.includes(":") && !bare.startsWith("[") ? `[${bare}]` : bare}/`);
  if (spelled === null || /[/?#@\\%\s]/.test(host) || spelled.port !== "") return undefined;
  return spelled.hostname.startsWith("[") || isHostName(spelled.hostname) ? spelled.hostname : undefined;
}

/** The name of a stage or a site: it is printed in tables and typed in commands. */
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

/** So many bytes: a whole number of them, or a number with its unit, as disks are told: "2 GiB", "500 MB". */
export function bytes(min: number, example: string) {
  const right = `a number of bytes with its unit, such as ${example}; the units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB`;
  const judge = (value: string): { wrong: string } | undefined => {
    const count = readBytes(value);
    if (count === undefined) return { wrong: `${showValue(value)} is no number of bytes` };
    if (count < min) return { wrong: `${showValue(value)} is too small` };
    return count > Number.MAX_SAFE_INTEGER ? { wrong: `${showValue(value)} is too large` } : undefined;
  };
  return z
    .union([z.int({ error: right }).min(min, { error: right }), judged(z.string({ error: right }), judge, right)], {
      error: right,
    })
    .transform((value) => (typeof value === "string" ? (readBytes(value) ?? min) : value));
}

function readBytes(written: string): number | undefined {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?) ?([kmgt]?i?b)$/i.exec(written.trim()) ?? [];
  const unitBytes = byteUnits[unit.toLowerCase()];
  return count === undefined || unitBytes === undefined ? undefined : Math.round(Number(count) * unitBytes);
}

/** A duration, or a rate; the unit stands in the key's name. */
export function quantity(unit: string, min: number, max: number): z.ZodNumber {
  const right = `a number of ${unit} from ${min} to ${max}, without a unit`;
  return z.number({ error: right }).min(min, { error: right }).max(max, { error: right });
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: "true or false" });
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodEnum<{ [V in Values[number]]: V }> {
  return z.enum(values, { error: `one of ${values.join(", ")}` });
}

/** A list without repetitions. */
export function list<Item extends z.ZodType>(item: Item, options: { min: number; right: string }): z.ZodArray<Item> {
  return z
    .array(item, { error: options.right })
    .min(options.min, { error: options.right })
    .max(1000, { error: options.right });
}
