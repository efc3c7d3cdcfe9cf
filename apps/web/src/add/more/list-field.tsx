import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { language } from "../../words/language.ts";
import { wordsOfOption } from "../../words/option-text.ts";
import { type OptionName, readText, rowOf, textOf } from "./form.ts";

/** The texts that were typed and cannot be read, by option, each with the word in it that is wrong. */
export const unread = signal<ReadonlyMap<OptionName, { readonly text: string; readonly wrong: string }>>(new Map());

const usualLanguages = ["en", "ru", "de", "es", "fr", "it", "uk"];
const mostOffered = 7;

/** The attributes of a field: its id, its notes, and whether it has to be looked at. */
type FieldState = { id: string; "aria-describedby": string; "aria-invalid": boolean; "data-fault": boolean };

type ListFieldProps = {
  name: OptionName;
  value: readonly unknown[];
  set: (value: readonly unknown[]) => void;
  field: FieldState;
  children: ComponentChildren;
};

/** A field for several values: typed, or chosen of those that are known. */
export function ListField({ name, value, set, field, children }: ListFieldProps) {
  const { label, values: names = {} } = wordsOfOption(name);
  const { kind, values } = rowOf(name);
  // While somebody types, the text is theirs: else a comma would disappear under the hand.
  const typed = useSignal<string | undefined>(undefined);
  if (values !== undefined)
    return (
      <fieldset class="field" data-fault={field["data-fault"]} tabIndex={-1}>
        <legend>{label}</legend>
        <Toggles offered={values.map((each) => [each, names[each] ?? each])} chosen={value} set={set} />
        {children}
      </fieldset>
    );
  const type = (text: string): void => {
    typed.value = text;
    const read = readText(name, text);
    const left = new Map(unread.peek());
    left.delete(name);
    if ("value" in read) set(read.value);
    else left.set(name, { text, wrong: read.unreadable });
    unread.value = left;
  };
  return (
    <div class="field">
      <label for={field.id}>{label}</label>
      <input
        {...field}
        value={typed.value ?? unread.value.get(name)?.text ?? textOf(name, value)}
        autocapitalize="off"
        onInput={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => (typed.value = undefined)}
      />
      {kind === "words" ? <Toggles offered={offeredLanguages()} chosen={value} set={set} /> : null}
      {children}
    </div>
  );
}

/** The languages of the reader, and the usual ones, by their names. */
function offeredLanguages(): [tag: string, name: string][] {
  const names = new Intl.DisplayNames(language.value, { type: "language" });
  const own = navigator.languages.map((tag) => tag.split("-")[0] ?? tag);
  return [...new Set([...own, ...usualLanguages])].slice(0, mostOffered).map((tag) => [tag, names.of(tag) ?? tag]);
}

type TogglesProps = {
  offered: readonly (readonly [value: string, name: string])[];
  chosen: readonly unknown[];
  set: (value: readonly unknown[]) => void;
};

function Toggles({ offered, chosen, set }: TogglesProps) {
  return (
    <span class="toggles">
      {offered.map(([value, name]) => (
        <label key={value} class="toggle">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ currentTarget }) =>
              set(currentTarget.checked ? [...chosen, value] : chosen.filter((each) => each !== value))
            }
          />
          {name}
        </label>
      ))}
    </span>
  );
}
