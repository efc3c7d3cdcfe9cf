export { withoutEscapes } from "./escape-sequences.ts";
export { clipBytes, cleanName, faultOfName } from "./name.ts";
export { escapeHidden, hasHidden, withoutHidden } from "./hidden.ts";
export { oneLine } from "./one-line.ts";
