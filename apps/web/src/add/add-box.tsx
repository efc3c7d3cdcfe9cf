import { useSignal } from "@preact/signals";
import { failureText } from "../connection/failure-text.ts";
import { ownChat } from "../connection/identity.ts";
import { downloads } from "../connection/transport.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toasts.tsx";

/** Takes a text, and adds the links in it. */
export function AddBox() {
  const text = useSignal("");
  const add = async (): Promise<void> => {
    try {
      await downloads.addTask({ link: text.value.trim(), chatId: ownChat.value });
      text.value = "";
    } catch (error) {
      toast(failureText(error));
    }
  };
  return (
    <form
      class="add"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <textarea aria-label="Links" value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      <Button look="main" type="submit">
        Add
      </Button>
    </form>
  );
}
