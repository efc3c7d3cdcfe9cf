import { useSignal } from "@preact/signals";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

const saidMs = 2000;

type CopyButtonProps = {
  text: string | (() => Promise<string>);
  /** The name of the text; shown beside the icon unless `isSmall`. */
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
  return (
    <>
      <Button {...(isSmall ? { look: "plain" as const, name: said } : {})} onClick={() => void run()}>
        <Icon name={isCopied.value ? "check" : "copy"} size={16} />
        {isSmall ? null : said}
      </Button>
      {/* Outside of the button: one whose text is a status has no name. */}
      <span class="heard" role="status">
        {isCopied.value ? copied : ""}
      </span>
    </>
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
