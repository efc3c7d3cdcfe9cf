/** Text for people: cleans what comes from outside (sites, servers, files), and puts errors, sizes and reports into words. */
export { withoutEscapes } from "./escape-sequences.ts";
export { errorCode, errorText, isSystemError, ownCode } from "./error-code.ts";
export { withoutBrackets } from "./host.ts";
export { escapeHidden, hasControls, hasHidden, withoutHidden } from "./hidden.ts";
export { clipBytes, clipText } from "./clip.ts";
export { cleanName, faultOfName } from "./name.ts";
export { oneLine } from "./one-line.ts";
export { sizeText } from "./size-text.ts";
