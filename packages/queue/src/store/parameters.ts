/**
 * Returns parameters of a statement without NUL characters, which PostgreSQL stores in no text (22021), so that either
 * engine stores and finds the same.
 */
export function withoutNul(parameters: readonly unknown[]): readonly unknown[] {
  return parameters.some(hasNul)
    ? parameters.map((parameter) => (hasNul(parameter) ? parameter.replaceAll("\0", "") : parameter))
    : parameters;
}

/** Returns the parameter of `json_each(?)`, without what PostgreSQL reads in no JSON: NUL and halves of surrogate pairs. */
export function listParameter(values: readonly (string | number)[]): string {
  return JSON.stringify(
    values.map((value) => (typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value)),
  );
}

function hasNul(parameter: unknown): parameter is string {
  return typeof parameter === "string" && parameter.includes("\0");
}
