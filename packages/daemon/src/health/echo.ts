import type { Context } from "hono";
import { isSecretName, redactSecrets } from "../logger/redact-secrets.ts";

/** Answers with what arrived, so that a person sees what a proxy in between makes of a request. Secrets are taken out. */
export async function echo(context: Context): Promise<Response> {
  const { req } = context;
  const url = new URL(req.url);
  return context.json({
    method: req.method,
    path: redactSecrets(url.pathname),
    query: listed(url.searchParams),
    headers: Object.fromEntries([...req.raw.headers].map(([name, value]) => [name, safe(name, value)])),
    body: redactSecrets(await req.text()),
  });
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
