import { computed, effect, signal } from "@preact/signals";
import { keep, kept, shelf } from "../storage/browser-storage.ts";
import { noExtras, readExtras } from "./extras.ts";

/** A draft is of one tab; what is remembered is of the browser. */
const [ofTab, ofBrowser] = [shelf("sessionStorage"), shelf("localStorage")];
const keys = { text: "dwld.draft", extras: "dwld.draft-options", quality: "dwld.quality", remembered: "dwld.options" };

/** The text in the box, which survives a reload. */
export const text = signal(kept(ofTab, keys.text));

/** "0" (best), lines of the picture ("1080"), or "sound". */
export const quality = signal(/^(\d{1,4}|sound)$/.exec(kept(ofBrowser, keys.quality))?.[0] ?? "0");

export const extras = signal(
  readExtras(kept(ofTab, keys.extras)) ?? readExtras(kept(ofBrowser, keys.remembered)) ?? noExtras,
);
/** Whether the extras are there the next time, too. */
export const isRemembered = signal(kept(ofBrowser, keys.remembered) !== "");

export const hasExtras = computed(() => {
  const { options, ...texts } = extras.value;
  return Object.keys(options).length > 0 || Object.values(texts).some((each) => each !== "");
});

effect(() => void keep(ofTab, keys.text, text.value));
effect(() => void keep(ofTab, keys.extras, hasExtras.value ? JSON.stringify(extras.value) : ""));
effect(() => void keep(ofBrowser, keys.quality, quality.value === "0" ? "" : quality.value));
effect(() => {
  const lasting = { ...extras.value, startAfter: "" };
  keep(ofBrowser, keys.remembered, isRemembered.value ? JSON.stringify(lasting) : "");
});

/** Puts a text into the box, behind what is there. */
export function append(more: string): void {
  const before = text.peek().trimEnd();
  text.value = before === "" ? more : `${before}\n${more}`;
}

/** Begins anew after something was sent. */
export function forgetExtras(): void {
  extras.value = isRemembered.peek() ? { ...extras.peek(), startAfter: "" } : noExtras;
}
