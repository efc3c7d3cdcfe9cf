import type { Family, Labels, Sample } from "./family.ts";

/**
 * The formats of a scrape: Prometheus' own text format 0.0.4, and OpenMetrics 1.0.0.
 * https://prometheus.io/docs/instrumenting/exposition_formats, https://prometheus.io/docs/specs/om/open_metrics_spec
 */
export type Format = "classic" | "openmetrics";

export const mediaTypes: Readonly<Record<Format, string>> = {
  classic: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Writes families as text. One without samples is left out. */
export function writeExposition(families: readonly Family[], format: Format): string {
  const text = families.filter(({ samples }) => samples.length > 0).map((family) => writeFamily(family, format));
  return text.join("") + (format === "openmetrics" ? "# EOF\n" : "");
}

function writeFamily({ name, help, type, samples }: Family, format: Format): string {
  // In OpenMetrics the family of a counter lacks the ending of its samples.
  const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  const explained = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  const quoted = format === "openmetrics" ? explained.replaceAll('"', '\\"') : explained;
  const lines = [`# HELP ${family} ${quoted}`, `# TYPE ${family} ${type}`];
  for (const sample of samples) lines.push(writeSample(name, sample, format));
  return `${lines.join("\n")}\n`;
}

function writeSample(name: string, { suffix, labels, value }: Sample, format: Format): string {
  return `${name}${suffix ?? ""}${writeLabels(labels, format)} ${writeNumber(value)}`;
}

function writeLabels(labels: Labels, format: Format): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    // OpenMetrics wants bounds of buckets as canonical floats.
    const isWhole = format === "openmetrics" && name === "le" && /^\d+$/.test(value);
    return `${name}="${isWhole ? `${value}.0` : escapeLabel(value)}"`;
  });
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** UTF-8 knows no half of a surrogate pair. */
function escapeLabel(value: string): string {
  return value.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}

/** Returns the format that the header Accept of a request prefers; the classic one if it does not prefer OpenMetrics. */
export function formatFor(accept = ""): Format {
  const weights = { openmetrics: 0, classic: 0 };
  for (const range of accept.toLowerCase().split(",").slice(0, 32)) {
    const [type, ...parameters] = range.split(";").map((part) => part.trim());
    const given = new Map(parameters.map((parameter) => splitAt(parameter, "=")));
    const weight = Number(given.get("q") ?? 1);
    const version = given.get("version") ?? "1.0.0";
    if (type === "application/openmetrics-text" && ["1.0.0", "0.0.1"].includes(version))
      weights.openmetrics = Math.max(weights.openmetrics, weight);
    if (type === "text/plain" || type === "text/*") weights.classic = Math.max(weights.classic, weight);
  }
  return weights.openmetrics > weights.classic ? "openmetrics" : "classic";
}

function splitAt(text: string, separator: string): [before: string, after: string] {
  const [before = "", ...after] = text.split(separator);
  return [before.trim(), after.join(separator).trim()];
}
