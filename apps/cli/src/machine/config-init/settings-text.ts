/** The section `ftp`; a key that is undefined is left out. */
export type FtpAnswers = {
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string;
  /** The path to write; undefined: no password. */
  readonly passwordFile: string | undefined;
  readonly directory: string;
  readonly tls: string;
  readonly fingerprint: string | undefined;
};

type Options = {
  readonly ftp: FtpAnswers | undefined;
  /** True for the units, false for a `dwld up`. */
  readonly isUnits: boolean;
  /** `bin/dwld config check FILE`, for the comment at the top. */
  readonly check: string;
  readonly next: string;
};

/**
 * Returns the example with the answers in it; comments and all other settings stay as they are. Pure. A template without a
 * place that is to be replaced is a defect.
 */
export function settingsText(template: string, { ftp, isUnits, check, next }: Options): string {
  const replacements: [RegExp, string][] = [];
  if (ftp !== undefined) replacements.push([/^#ftp:\n(#.*\n)+/m, ftpSection(ftp)]);
  if (!isUnits)
    replacements.push(
      [/^(# Check it, and see what a change does: +).*$/m, `$1${check}`],
      [/^# Then, while everything runs: .*$/m, `# Then:                                 ${next}`],
      [/\/opt\/dwld\/docs/, "docs"],
      [/^data: .*$/m, "data: . # this folder"],
      [/^cache: .*$/m, '#cache: { servers: ["127.0.0.1:11211"] } # without it, dwld up starts a memcached of its own'],
      [/\/var\/lib\/dwld\/downloads {3}# elsewhere: .*$/m, "downloads"],
      [
        /\/var\/lib\/dwld\/cookies\/youtube \(or another site's\), owned by the user dwld\./,
        "cookies/youtube (or another site's), mode 0600.",
      ],
      [/\/etc\/dwld\/secrets\/api\/bot/, "secrets/bot"],
    );
  return replacements.reduce((text, [pattern, replacement]) => {
    if (!pattern.test(text)) throw new Error(`the example of the configuration has nothing like ${String(pattern)}`);
    return text.replace(pattern, replacement);
  }, template);
}

function ftpSection({ host, port, user, passwordFile, directory, tls, fingerprint }: FtpAnswers): string {
  // JSON text is YAML text.
  const lines: [string, string][] = [
    ["host", JSON.stringify(host)],
    ...(port === undefined ? [] : ([["port", String(port)]] as [string, string][])),
    ["user", JSON.stringify(user)],
    ...(passwordFile === undefined ? [] : ([["passwordFile", JSON.stringify(passwordFile)]] as [string, string][])),
    ["directory", JSON.stringify(directory)],
    ["tls", `{ mode: ${tls}${fingerprint === undefined ? "" : `, fingerprint: ${JSON.stringify(fingerprint)}`} }`],
  ];
  return `ftp:\n${lines.map(([key, value]) => `  ${key}: ${value}\n`).join("")}`.replaceAll("$", "$$$$");
}
