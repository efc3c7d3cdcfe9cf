export { importLegacy } from "./import-legacy.ts";
export { jsonReport, textReport } from "./report.ts";
