/**
 * Whether a header such as Accept or Accept-Encoding names a value, and does not exclude it by `q=0` (RFC 9110, 12.4.2). A range such
 * as `*` names none.
 */
export function accepts(header: string | undefined, value: string): boolean {
  return (header ?? "")
    .toLowerCase()
    .split(",")
    .some((range) => {
      const [name, ...parameters] = range.split(";").map((part) => part.trim());
      return name === value && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
    });
}
