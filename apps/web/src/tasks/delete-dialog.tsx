import { useSignal } from "@preact/signals";
import { failureText } from "../connection/failure-text.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { toast } from "../ui/toasts.tsx";
import { bytesText, numberText } from "../words/formats.ts";
import { deleteWords } from "../words/delete.ts";
import { actionWords } from "../words/actions.ts";
import type { Question } from "./ask-to-delete.tsx";
import { idsOf } from "./change-tasks.ts";
import { deleteTasks } from "./deletions.ts";

/** More are deleted by one more selection. */
const mostAtOnce = 10_000;

/** Asks whether the files go, too. */
export function AskedDialog({ question, close }: { question: Question; close: () => void }) {
  const { chosen, count, bytesHere, after } = question;
  const deletesFiles = useSignal(false);
  const isBusy = useSignal(false);
  const words = deleteWords();
  const confirm = async (): Promise<void> => {
    isBusy.value = true;
    try {
      deleteTasks("ids" in chosen ? chosen.ids : await idsOf(chosen.filter, mostAtOnce), deletesFiles.value);
      close();
      after();
    } catch (error) {
      close();
      toast(failureText(error));
    }
  };
  return (
    <Dialog title={words.title(count)} onClose={close}>
      <p>{words.effect}</p>
      {count > mostAtOnce ? <p>{words.most(numberText(mostAtOnce))}</p> : null}
      <label class="check">
        <input
          type="checkbox"
          checked={deletesFiles.value}
          onChange={(event) => (deletesFiles.value = event.currentTarget.checked)}
        />
        {bytesHere === undefined ? words.anyFiles : words.files(bytesText(bytesHere))}
      </label>
      <div class="actions">
        <Button onClick={close}>{words.keep}</Button>
        <Button look="bad" disabled={isBusy.value} onClick={() => void confirm()}>
          {actionWords().delete}
        </Button>
      </div>
    </Dialog>
  );
}
