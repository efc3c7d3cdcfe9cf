import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { actionWords } from "../words/actions.ts";
import { keyWords } from "../words/keys.ts";
import { intentions } from "./intention.ts";

/** The table of keys. */
export function KeysHelp({ close }: { close: () => void }) {
  const words = keyWords();
  return (
    <Dialog title={words.title} onClose={close}>
      <table class="keys">
        <tbody>
          {[...Object.entries(intentions), ["Enter", "open"] as const].map(([key, intention]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key === "Escape" ? "Esc" : key}</kbd>
              </th>
              <td>{words[intention]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="actions">
        <Button onClick={close}>{actionWords().close}</Button>
      </div>
    </Dialog>
  );
}
