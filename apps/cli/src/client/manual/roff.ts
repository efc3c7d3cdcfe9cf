/** Lines of a manual page, in the man macros of groff_man(7). */

/** Escapes text, so that roff takes nothing in it for a request, an escape or a typographic character. */
export function roffText(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\(rs")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}

function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', "\\(dq")}"`;
}

/** The title, and the layout of the page: no hyphenation, no justified lines. */
export function opening(name: string, manual: number, source: string): string[] {
  return [`.TH ${quoted(name)} ${manual} "" ${quoted(source)} "User Commands"`, ".nh", ".ad l"];
}

export function section(heading: string): string {
  return `.SH ${quoted(heading)}`;
}

export function subsection(heading: string): string {
  return `.SS ${quoted(heading)}`;
}

export function paragraph(text: string): string[] {
  return [".PP", roffText(text)];
}

/** A term in bold type, and its meaning below it. */
export function definition(term: string, meaning: string): string[] {
  return [".TP", `.B ${quoted(term)}`, roffText(meaning)];
}

/** Lines of a terminal, unchanged. */
export function literal(lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".nf", ...lines.map(roffText), ".fi", ".RE"];
}
