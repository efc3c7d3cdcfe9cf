/** Replaces a secret. Redacting it again changes nothing. */
const redacted = "[redacted]";

/**
 * Names of query parameters, headers, options and keys that hold a secret: those that end with one of the words, and
 * some shorter ones. `expire` is no secret, but tells which link a signature belongs to.
 */
const secretWords =
  "password|passwd|passphrase|secret|token|signature|credential|credentials|authorization|api[-_]?key|access[-_]?key|private[-_]?key";
const secretEndings = `${secretWords}|cookie|cookies`;
const secretParameters = `[\\w.-]{0,60}(?:${secretEndings})|x-(?:amz|goog)-[\\w-]{1,60}|lsig|sig|key|expires?|policy|hmac|auth|pass|pwd|key-pair-id`;
const secretHeaders = "(?:set-)?cookie2?|(?:proxy-)?authorization|x-[\\w-]{0,60}(?:token|key|secret)";

/** A value of a command line: quoted, or up to the next space. */
const quotedValue = `"[^"\\n]{0,4096}"|'[^'\\n]{0,4096}'`;
/** Space between an option and its value; it may hold the continuation of a shell's line. */
const optionSpace = "(?:[ \\t]|\\\\\\r?\\n){1,8}";
/**
 * Words that follow the name of an option in a sentence, as in "use --password or --netrc", and in yt-dlp's own
 * messages. Nobody has them as a password.
 */
const proseWords =
  "(?:an?|also|and|are|argument|as|because|but|by|can|cannot|does|either|flag|for|from|has|if|in|instead|is|it|may|must|needs|not|of|on|options?|or|parameter|requires?|so|switch|the|then|to|together|too|value|was|were|when|where|which|while|will|with|without)(?=[\\s.,;:!?)]|$)";

/** A text without any of the marks holds nothing of the pattern, and is not searched for it. */
type Rule = readonly [marks: readonly string[], pattern: RegExp, replacement: string];

const quotes = ['"', "'"];

// Every repetition is bounded, so that no line makes these slow, however long or odd.
const rules: readonly Rule[] = [
  // user:password@ in a URL, also where the password holds an unescaped @, / or ?
  [["@"], /:\/\/[^\s/?#"'<>]{1,512}@/g, `://${redacted}@`],
  [["@"], /:\/\/[^\s/:@?#"'<>[\]]{1,128}:(?!\d{1,5}(?:[/?#\s"']|$))[^\s"'<>]{1,256}@/g, `://${redacted}@`],
  // a query parameter, also inside a URL that is itself percent-encoded or stands in JSON
  [
    ["=", "%3"],
    new RegExp(
      `((?:[?&;]|\\\\u0026|%3f|%26)(?:${secretParameters})(?:=|%3d))(?:(?!%26|\\\\u0026)[^\\s&#"'<>;\\\\]){1,4096}`,
      "gi",
    ),
    `$1${redacted}`,
  ],
  // googlevideo spells its parameters as folders: /expire/1700000000/sig/AJ...
  [["/"], /(\/(?:expire|l?sig|signature)\/)[^\s/?#"'<>]{1,512}/gi, `$1${redacted}`],
  // a header, quoted as Python and JSON print it, then bare up to the end of its line
  [
    quotes,
    new RegExp(`((["'])(?:${secretHeaders})\\2\\s{0,8}[:,]\\s{0,8}(["']))(?:(?!\\3)[^\\\\]|\\\\.){1,8192}`, "gis"),
    `$1${redacted}`,
  ],
  [[":"], new RegExp(`((?:^|[\\s"'>;,(])(?:${secretHeaders}):[ \\t]{0,8})[^\\r\\n]{1,8192}`, "gim"), `$1${redacted}`],
  // "Basic authentication" is a name; what RFC 7617 and 6750 send has no such shape
  [
    [""],
    /\b(Bearer|Basic)(\s{1,8})(?!(?:access|auth(?:entication|ori[sz]ation)?|credentials?|information|metadata|scheme|tokens?)\b(?![.~+/=-]\w))[\w.~+/=-]{6,4096}/gi,
    `$1$2${redacted}`,
  ],
  // the file of an option such as --cookies: a path, which "--cookies for the authentication" has none of
  [
    ["--"],
    new RegExp(
      `((?<![\\w-])--(?:[a-z-]{0,60}-)?cookies?(?![\\w-])(?:${optionSpace}|=))(?!-)(${quotedValue}|(?:[^\\s"'./\\\\]{0,512}[/\\\\]|[^\\s"'.]{0,512}\\.\\w)[^\\s"']{0,4096})`,
      "gi",
    ),
    `$1${redacted}`,
  ],
  // an option and its value, also as Python and JSON print an argv, an assignment, a quoted key, the FTP command
  [
    ["--"],
    new RegExp(
      `((?<![\\w-])--[a-z-]{0,60}(?:${secretWords}|twofactor)(?![\\w-])(?:${optionSpace}(?!${proseWords})|=))(?!-)(${quotedValue}|[^\\s"']{1,4096})`,
      "gi",
    ),
    `$1${redacted}`,
  ],
  [
    ["--"],
    new RegExp(
      `((["'])--[a-z-]{0,60}(?:${secretEndings}|twofactor)\\2,\\s{1,8}(["']))(?:(?!\\3)[^\\\\\\n]|\\\\.){1,4096}`,
      "gi",
    ),
    `$1${redacted}`,
  ],
  [
    ["="],
    /((?:^|[\s,;({])[\w.-]{0,60}(?:password|passwd|passphrase|secret|api[-_]?key|token)=)("[^"\n]{0,4096}"|'[^'\n]{0,4096}'|[^\s"',;)}&]{1,4096})/gim,
    `$1${redacted}`,
  ],
  [
    quotes,
    new RegExp(
      `((["'])[\\w.-]{0,60}(?:${secretEndings})\\2\\s{0,8}:\\s{0,8}(["']))(?:(?!\\3)[^\\\\]|\\\\.){1,8192}`,
      "gis",
    ),
    `$1${redacted}`,
  ],
  [["PASS "], /(\bPASS )[^\r\n]{1,512}/g, `$1${redacted}`],
];

/**
 * Removes secrets from text: users and passwords in URLs, signed query parameters (signature, sig, token, key, expire,
 * X-Amz-* and the like), Cookie and Authorization headers, values of options such as --password. When in doubt, it
 * removes more.
 */
export function redactSecrets(text: string): string {
  return rules.reduce(
    (safe, [marks, pattern, replacement]) =>
      marks.some((mark) => safe.includes(mark)) ? safe.replace(pattern, replacement) : safe,
    text,
  );
}

const secretKey = new RegExp(`(?:${secretEndings.replaceAll("[-_]?", "")})$|^(?:pass|pwd|auth|sig|lsig)$`);
const secretOption = new RegExp(`^--[a-z-]{0,60}(?:${secretEndings}|twofactor)$`, "i");

/** Verdicts on names, since log lines have the same few. */
const judged = new Map<string, boolean>();
const mostJudged = 1000;

/** Whether a value of this name (of a key, a header, a query parameter) is a secret. A `passwordFile` is none. */
export function isSecretName(name: string): boolean {
  const end = name.slice(-128);
  const known = judged.get(end);
  if (known !== undefined) return known;
  if (judged.size >= mostJudged) judged.clear();
  const isSecret = secretKey.test(end.toLowerCase().replaceAll(/[-_.]/g, ""));
  judged.set(end, isSecret);
  return isSecret;
}

/** Removes secrets from a JSON value of any shape: from its texts, and all values under secret names. */
export function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // In a list of arguments, the value follows its option.
    return value.map((item: unknown, index) => {
      const before: unknown = value[index - 1];
      return typeof before === "string" && secretOption.test(before) ? redacted : redactValue(item);
    });
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      isSecretName(key) && hasContent(part) ? redacted : redactValue(part),
    ]),
  );
}

const hasContent = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== "" && typeof value !== "boolean";
