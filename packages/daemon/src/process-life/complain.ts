import { redactSecrets } from "../logger/redact-secrets.ts";

/** Writes a message to the person who started the process `dwld NAME`, with a prefix on each line. */
export function complain(name: string, message: string): void {
  for (const line of message.split("\n")) process.stderr.write(`dwld ${name}: ${redactSecrets(line)}\n`);
}
