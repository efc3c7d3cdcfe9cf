import { useId } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { optionWords } from "../../words/options.ts";
import { extras, isRemembered, quality } from "../draft.ts";
import { noExtras } from "../extras.ts";
import "./more.css";
import { chipsOf, faultsOf, fieldsOf, optionNames } from "./form.ts";
import { unread } from "./list-field.tsx";
import { OptionField } from "./option-field.tsx";

export { fieldsOf };

const heights = ["2160", "1440", "1080", "720", "480", "360", "240"];

/** Whether something that was asked for cannot be sent. */
export function isFaulty(): boolean {
  return unread.peek().size > 0 || faultsOf(extras.peek(), quality.peek() === "sound").size > 0;
}

/** Moves to what cannot be sent, once it is there. */
export function showFault(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#add-more [data-fault=true]")?.focus());
}

type MoreProps = { sound: boolean };

/** All that can be asked for: the options of the table, and where to and when. */
export function More({ sound }: MoreProps) {
  const words = optionWords();
  const faults = faultsOf(extras.value, sound);
  const groups: Readonly<Record<string, string>> = words.groups;
  return (
    <div class="more">
      <fieldset>
        <legend>{words.where}</legend>
        <Text name="userName" label={words.userName} hint={words.userNameHint} />
        <Text name="folder" label={words.folder} hint={words.folderHint} />
        <Text name="startAfter" label={words.startAfter} />
      </fieldset>
      {Object.entries(groups).map(([head, title], index, all) => (
        <fieldset key={head}>
          <legend>{title}</legend>
          {index === 0 ? <Height /> : null}
          {groupOf(head, all[index + 1]?.[0]).map((name) => (
            <OptionField key={name} name={name} fault={faults.get(name)} />
          ))}
        </fieldset>
      ))}
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={isRemembered.value}
            onChange={({ currentTarget }) => (isRemembered.value = currentTarget.checked)}
          />
          {words.keep}
        </label>
        <Button
          look="plain"
          onClick={() => {
            unread.value = new Map();
            extras.value = noExtras;
          }}
        >
          {words.clear}
        </Button>
      </div>
    </div>
  );
}

/** The options from the head of a group up to that of the next one. */
function groupOf(head: string, next: string | undefined) {
  const all = ["audioOnly" as const, ...optionNames];
  const at = (name: string | undefined): number => all.findIndex((each) => each === name);
  return all.slice(at(head), next === undefined ? undefined : at(next)).filter((name) => name !== "audioOnly");
}

type TextProps = { name: "folder" | "userName" | "startAfter"; label: string; hint?: string };

function Text({ name, label, hint }: TextProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        aria-describedby={`${id}-hint`}
        {...(name === "startAfter" ? { type: "datetime-local" } : { type: "text" })}
        value={extras.value[name]}
        onInput={({ currentTarget }) => (extras.value = { ...extras.value, [name]: currentTarget.value })}
      />
      <span class="soft" id={`${id}-hint`}>
        {hint}
      </span>
    </div>
  );
}

function Height() {
  const words = optionWords();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.height}</label>
      <select id={id} value={quality.value} onChange={({ currentTarget }) => (quality.value = currentTarget.value)}>
        {heights.includes(quality.value) ? null : <option value={quality.value}>{words.none}</option>}
        {heights.map((value) => (
          <option key={value} value={value}>
            {words.pixels(value)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Shows what is asked for while the form is closed, so that nobody sends it unknowingly. Each can be taken away. */
export function Chips({ sound }: MoreProps) {
  const words = optionWords();
  const chips = chipsOf(extras.value, sound);
  return chips.length === 0 ? null : (
    <ul class="chips">
      {chips.map(({ text, without }) => (
        <li key={text}>
          <button type="button" class="chip" aria-label={words.remove(text)} onClick={() => (extras.value = without)}>
            <bdi>{text}</bdi> <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
