/** Properties of code that reads what strangers send, tried on random and hostile inputs. For tests alone. */
export * as fc from "fast-check";
export { property } from "./property.ts";
export { hostileText, jsonText, splitAnywhere } from "./hostile.ts";
