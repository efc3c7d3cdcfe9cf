import type { IncomingMessage } from "node:http";
import { isSecretName, redactSecrets } from "../logger/redact-secrets.ts";
import type { Route } from "../network/exchange.ts";

const maxBodyBytes = 64 * 1024;

/**
 * Answers with the request as it arrived, without secrets, so that a person sees what a proxy makes of it. Answers a body
 * above 64 KiB with 413.
 */
export const echo: Route = async ({ message, url }) => {
  const body = await readText(message, maxBodyBytes);
  if (body === undefined) return { status: 413, body: { error: `the body is larger than ${maxBodyBytes / 1024} KiB` } };
  const headers = Object.entries(message.headers).map(([name, value = ""]) => [
    name,
    safe(name, [value].flat().join(", ")),
  ]);
  return {
    status: 200,
    body: {
      method: message.method,
      path: redactSecrets(url.pathname),
      query: listed(url.searchParams),
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: redactSecrets(body),
    },
  };
};

/** Returns the body as UTF-8, or undefined if it is larger, whatever its Content-Length says. */
async function readText(message: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // The connection stays for the answer.
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      message.resume();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Returns the value of each parameter, or a list of values if it stands several times. */
function listed(parameters: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = parameters.getAll(name).map((value) => safe(name, value));
      return [name, values.length === 1 && values[0] !== undefined ? values[0] : values];
    }),
  );
}

function safe(name: string, value: string): string {
  return isSecretName(name) && value !== "" ? "[redacted]" : redactSecrets(value);
}
