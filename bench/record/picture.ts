import { describeTarget, type Finding, isMet, type Target } from "../finding.ts";
import { isQuiet } from "../machine/company.ts";
import { digits, show } from "../quantity.ts";
import type { Results } from "./results.ts";

/** A bar: how much of what the target allows was needed; at 1 it is just met. */
type Bar = { label: string; text: string; need: number; verdict: "met" | "not met" | "not judged" };

const width = 1080;
const rowHeight = 24;
const topHeight = 34;
const bars = { left: 480, width: 300 };

/** Beyond twice the target a bar is cut. */
const longestNeed = 2;

/** Draws a bar for each target, as an SVG for light and dark pages. */
export function drawPicture({ answers }: Results): string {
  const all = answers.flatMap(({ findings, company }) =>
    findings.flatMap((finding) => barOf(finding, isQuiet(company))),
  );
  const height = topHeight + all.length * rowHeight + 8;
  const targetX = bars.left + bars.width / longestNeed;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">What was measured, as a share of what each target allows</title>`,
    `<style>${style}</style>`,
    `<text x="${targetX}" y="16" text-anchor="middle">target (shorter is better)</text>`,
    ...all.flatMap((bar, index) => drawBar(bar, topHeight + index * rowHeight)),
    `<line x1="${targetX}" y1="22" x2="${targetX}" y2="${height - 4}"/>`,
    "</svg>\n",
  ].join("\n");
}

/** Readable on white and on black (a contrast of four), since a viewer may not tell a picture how its page looks. */
const style = `
text { font: 13px system-ui, sans-serif; fill: #6e7781 }
line { stroke: #6e7781; stroke-dasharray: 3 3 }
rect { stroke-width: 1.5 }
.met { fill: #2a9051; stroke: #2a9051 }
.not-met { fill: none; stroke: #cc5c17 }
.not-judged { fill: none; stroke: #6e7781; stroke-dasharray: 4 3 }
`;

function barOf({ what, unit, target, beside }: Finding, isJudged: boolean): Bar[] {
  if (target === undefined) return [];
  const value = target.of === "ratio" ? digits(target.value) : show(target.value, unit);
  return [
    {
      label: target.of === "ratio" && beside !== undefined ? `${what} : ${beside.name}` : what,
      text: `${value} (${describeTarget(target, unit)})`,
      need: needOf(target),
      verdict: !isJudged ? "not judged" : isMet(target) ? "met" : "not met",
    },
  ];
}

function needOf(target: Target): number {
  return "atMost" in target ? target.value / target.atMost : target.atLeast / target.value;
}

function drawBar({ label, text, need, verdict }: Bar, y: number): string[] {
  const isCut = need > longestNeed;
  const length = (Math.min(need, longestNeed) / longestNeed) * bars.width;
  const baseline = y + 16;
  const name = label.length > 64 ? `${label.slice(0, 63)}…` : label;
  return [
    `<text x="${bars.left - 10}" y="${baseline}" text-anchor="end">${escape(name)}</text>`,
    `<rect x="${bars.left}" y="${y + 5}" width="${length.toFixed(1)}" height="14" class="${verdict.replace(" ", "-")}"/>`,
    `<text x="${bars.left + bars.width + 10}" y="${baseline}">${isCut ? "… " : ""}${escape(text)}${
      verdict === "met" ? "" : `, ${verdict}`
    }</text>`,
  ];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
