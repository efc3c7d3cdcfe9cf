import { failureText } from "../connection/failure-text.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { toast } from "../ui/toasts.tsx";
import { actionWords } from "../words/actions.ts";

type CopyProps = { text: string | (() => Promise<string>); label: string; isSmall?: boolean };

export function Copy(props: CopyProps) {
  return <CopyButton {...props} copied={actionWords().copied} onFault={(error) => toast(failureText(error))} />;
}
