import type { Context } from "hono";
import { isSecretName, redactSecrets } from "../logger/redact-secrets.ts";

const maxBodyBytes = 64 * 1024;

/**
 * Answers with the request as it arrived, without secrets, so that a person sees what a proxy makes of it. Answers a body
 * above 64 KiB with 413.
 */
export async function echo(context: Context): Promise<Response> {
  const { req } = context;
  const url = new URL(req.url);
  const body = await readText(req.raw, maxBodyBytes);
  if (body === undefined) return context.json({ error: `the body is larger than ${maxBodyBytes / 1024} KiB` }, 413);
  return context.json({
    method: req.method,
    path: redactSecrets(url.pathname),
    query: listed(url.searchParams),
    headers: Object.fromEntries([...req.raw.headers].map(([name, value]) => [name, safe(name, value)])),
    body: redactSecrets(body),
  });
}

/**
 * Returns the body as UTF-8, or undefined if it is larger, whatever its Content-Length says. (Hono's bodyLimit needs the
 * global Request replaced by its adaptor's, which would change the other servers of the process.)
 */
async function readText(request: Request, maxBytes: number): Promise<string | undefined> {
  if (request.body === null) return "";
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) return undefined;
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
