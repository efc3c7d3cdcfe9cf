import { computed, type Signal, signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { link } from "../connection/watch.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Segments } from "../ui/segments.tsx";
import { toast } from "../ui/toasts.tsx";
import { addWords } from "../words/add.ts";
import "./add.css";
import { append, extras, forgetExtras, hasExtras, quality, text } from "./draft.ts";
import type * as MoreModule from "./more/more.tsx";
import type * as SentModule from "./sent.tsx";

const usualQualities = ["0", "1080", "720", "480", "sound"];
const mostLines = 12;

/** The form of all options: fetched when it is opened, or if something of it is asked for already. */
const more = signal<typeof MoreModule | undefined>(undefined);
const isOpen = signal(false);
const isDroppedOn = signal(false);

/** All that happens behind the box: fetched once the page is shown, so that it is there when the server is not. */
const sent = signal<typeof SentModule | undefined>(undefined);

/**
 * Fetches a part once; undefined if the server does not give it. A caller that acts for a key or a button tells that; what
 * nobody asked for is fetched again when the server is heard, or when somebody adds.
 */
async function fetched<Part>(part: Signal<Part | undefined>, load: () => Promise<Part>): Promise<Part | undefined> {
  const found = part.peek() ?? (await load().catch(() => undefined));
  part.value = found;
  return found;
}

const openMore = async () => await fetched(more, async () => await import("./more/more.tsx"));
const openSent = async () => await fetched(sent, async () => await import("./sent.tsx"));

const links = computed(() => sent.value?.findLinks(text.value) ?? []);
const isSound = computed(() => quality.value === "sound");

/** Sends the links in the box, unless what is asked for contradicts itself: then it is shown. */
async function add(): Promise<void> {
  const sender = await openSent();
  const form = hasExtras.peek() ? await openMore() : more.peek();
  if (sender === undefined || (form === undefined && hasExtras.peek())) {
    toast(addWords().notLoaded);
    return;
  }
  if (links.peek().length === 0) return;
  if (form?.isFaulty() === true) {
    isOpen.value = true;
    form.showFault();
    return;
  }
  const isOfSound = isSound.peek();
  const wanted = form?.fieldsOf(extras.peek(), isOfSound) ?? { options: { audioOnly: isOfSound } };
  const left = sender.send(links.peek(), { ...wanted, targetQuality: isOfSound ? 0 : Number(quality.peek()) });
  text.value = left.join("\n");
  forgetExtras();
  isOpen.value = false;
}

/** The box: takes any text, and adds the links in it. */
export function AddBox() {
  const words = addWords();
  const area = useRef<HTMLTextAreaElement>(null);
  const submit = useRef<HTMLButtonElement>(null);
  const count = links.value.length;
  const isWithout = sent.value !== undefined && count === 0 && text.value.trim() !== "";
  useSignalEffect(() => void (hasExtras.value && openMore()));
  useSignalEffect(() => sent.value?.takeDrops({ over: (value) => (isDroppedOn.value = value), take: append }));
  // If the server did not give the code, it is asked again when it is heard.
  useSignalEffect(() => {
    void link.value;
    void openSent().then((part) => {
      if (part?.takeShared() === true)
        requestAnimationFrame(() => (links.peek().length > 0 ? submit.current : area.current)?.focus());
    });
  });
  const addAndGoOn = async (): Promise<void> => {
    const wasOnButton = document.activeElement === submit.current;
    await add();
    // The button is off now, and would lose the focus. On a telephone, the keyboard would hide the answers.
    if (wasOnButton && matchMedia("(pointer: fine)").matches) area.current?.focus();
  };
  return (
    <section class={isDroppedOn.value ? "add is-over" : "add"} aria-label={words.links}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void addAndGoOn();
        }}
      >
        <textarea
          id="add-text"
          ref={area}
          aria-label={words.links}
          aria-describedby="add-hint"
          placeholder={words.placeholder}
          rows={Math.min(mostLines, Math.max(2, text.value.split("\n", mostLines).length))}
          spellcheck={false}
          autocapitalize="off"
          value={text.value}
          onInput={({ currentTarget }) => (text.value = currentTarget.value)}
          onPaste={(event) => {
            const hidden = sent.peek()?.linksOfHtml(event.clipboardData) ?? [];
            if (hidden.length === 0) return;
            event.preventDefault();
            append(`${hidden.join("\n")}\n`);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void add();
          }}
        />
        <p class="hint small" id="add-hint">
          {isDroppedOn.value ? words.drop : isWithout ? words.noLink : ""}
        </p>
        <div class="row">
          <Segments
            legend={words.quality}
            name="quality"
            value={quality.value}
            options={[...new Set([...usualQualities, quality.value])].map((value) => ({
              value,
              label: value === "0" ? words.best : value === "sound" ? words.sound : value,
            }))}
            onChange={(value) => (quality.value = value)}
          />
          <Button
            look="plain"
            aria-expanded={isOpen.value}
            aria-controls="add-more"
            onClick={() => {
              isOpen.value = !isOpen.value;
              void openMore().then((form) => form ?? toast(words.notLoaded));
            }}
          >
            {words.more} <Icon name="down" size={16} />
          </Button>
          <button
            ref={submit}
            class="button main"
            type="submit"
            disabled={count === 0 && (sent.value !== undefined || text.value === "")}
          >
            {words.add(count)}
          </button>
        </div>
        <div id="add-more">
          {more.value === undefined ? null : isOpen.value ? (
            <more.value.More sound={isSound.value} />
          ) : (
            <more.value.Chips sound={isSound.value} />
          )}
        </div>
      </form>
      {sent.value === undefined ? null : <sent.value.Sent />}
    </section>
  );
}
