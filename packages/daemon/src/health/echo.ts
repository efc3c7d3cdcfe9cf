import type { Context } from "hono";
import { isSecretName, redactSecrets } from "../logger/redact-secrets.ts";

const maxBodyBytes = 64 * 1024;

/**
 * Answers with what arrived, so that a person sees what a proxy in between makes of a request. Secrets are taken out.
 * A body above 64 KiB is answered with 413.
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
 * The body as UTF-8, or undefined where it is larger, whatever its Content-Length says. (Hono's bodyLimit wants
 * the global Request replaced by its adaptor's, which a process that serves more than this cannot have.)
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

/** A parameter that stands once is a text, one that stands several times a list of them. */
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
