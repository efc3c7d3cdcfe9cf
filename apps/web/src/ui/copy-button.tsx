import { useSignal } from "@preact/signals";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

const saidMs = 2000;

type CopyButtonProps = {
  text: string | (() => Promise<string>);
  /** What is copied; shown beside the icon unless `isSmall`. */
  label: string;
  /** "Copied" */
  copied: string;
  isSmall?: boolean;
  onFault: (error: unknown) => void;
};

/** Copies a text, and says so. */
export function CopyButton({ text, label, copied, isSmall = false, onFault }: CopyButtonProps) {
  const isCopied = useSignal(false);
  const run = async (): Promise<void> => {
    try {
      await copyText(typeof text === "string" ? text : await text());
      isCopied.value = true;
      setTimeout(() => (isCopied.value = false), saidMs);
    } catch (error) {
      onFault(error);
    }
  };
  const said = isCopied.value ? copied : label;
  const shape = <Icon name={isCopied.value ? "check" : "copy"} size={16} />;
  return isSmall ? (
    <Button look="plain" name={said} onClick={() => void run()}>
      {shape}
    </Button>
  ) : (
    <Button onClick={() => void run()}>
      {shape}
      <span role="status">{said}</span>
    </Button>
  );
}

/** Without TLS, a page has the old way to the clipboard alone. */
async function copyText(text: string): Promise<void> {
  if (globalThis.isSecureContext) return await navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  // Within an open dialog, only what is in it can be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  // oxlint-disable-next-line typescript/no-deprecated -- there is no other way without TLS
  document.execCommand("copy");
  field.remove();
}
