/** The table of keys, each with the intention that it stands for. */
export const intentions = {
  n: "add",
  "/": "search",
  j: "next",
  k: "previous",
  r: "retry",
  c: "cancel",
  x: "select",
  d: "delete",
  Escape: "leave",
  "?": "help",
} as const;

export type Intention = (typeof intentions)[keyof typeof intentions];

type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing">;

/** Returns the intention of a key, in the Latin layout or where that key is in another one; undefined: nothing. */
export function intentionOf(pressed: Pressed): Intention | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.isComposing) return undefined;
  const key = latinKey(pressed);
  return Object.hasOwn(intentions, key) ? intentions[key as keyof typeof intentions] : undefined;
}

/** Returns the letter that a key has in the Latin layout: in the Russian one "j" writes "о", and "/" writes "." or ",". */
function latinKey({ key, code, shiftKey }: Pressed): string {
  if (code === "Slash" && (key === "." || key === ",")) return shiftKey ? "?" : "/";
  if (shiftKey && key !== "?") return key === "Escape" ? key : "";
  const letter = /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase();
  return letter !== undefined && !/^[a-z]$/i.test(key) ? letter : key;
}
