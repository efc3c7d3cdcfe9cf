import { oneLine } from "@dwld/text";
import { fingerprintRule, readFingerprint } from "../../command-line/fingerprint.ts";
import { readServerAddress, serverRule } from "../../command-line/server-address.ts";

/** A variable of the environment stands in for an option, and has a value that the option would not take. */
export class VariableError extends Error {
  override readonly name = "VariableError";
  readonly code = "variable";
  constructor(variable: string, value: string, rule: string) {
    super(`${variable} is "${oneLine(value)}": it ${rule}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the server that DWLD_SERVER names; undefined if none is set.
 * Commander would read the variable for each command, and a wrong one would stop those that call no server: `dwld up`, too.
 *
 * @throws VariableError
 */
export function serverVariable(env: Environment): string | undefined {
  return readVariable(env, "DWLD_SERVER", readServerAddress, serverRule);
}

/** Returns the certificate that DWLD_FINGERPRINT names; undefined if none is set. @throws VariableError */
export function fingerprintVariable(env: Environment): string | undefined {
  return readVariable(env, "DWLD_FINGERPRINT", readFingerprint, fingerprintRule);
}

function readVariable(
  env: Environment,
  name: string,
  read: (text: string) => string | undefined,
  rule: string,
): string | undefined {
  const text = env[name] ?? "";
  if (text === "") return undefined;
  const value = read(text);
  if (value === undefined) throw new VariableError(name, text, rule);
  return value;
}
