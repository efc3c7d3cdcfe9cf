import { readFileSync } from "node:fs";
import { errorCode } from "@dwld/text";

/** Reads the secret. An empty one would be known to everybody: a stranger could register, and would be sent links and the token. */
export function readSecret(file: string): string {
  try {
    const secret = readFileSync(file, "utf8").replace(/\r?\n$/, "");
    return secret.trim() === "" ? end(`${file} has no secret: openssl rand -base64 32 makes one`) : secret;
  } catch (error) {
    return end(`${file} cannot be read (${errorCode(error)})`);
  }
}

/** Returns the value of a variable of the environment; an empty one is none. */
export function filled(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** Ends the bot before it has begun. */
export function end(reason: string): never {
  console.error(reason);
  // oxlint-disable-next-line unicorn/no-process-exit -- the server that cannot listen would not end by itself
  process.exit(1);
}
