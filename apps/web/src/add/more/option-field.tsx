import { useId } from "preact/hooks";
import { wordsOfOption } from "../../words/option-text.ts";
import { optionWords } from "../../words/options.ts";
import { extras } from "../draft.ts";
import { type OptionName, rowOf, withOption } from "./form.ts";
import { ListField, unread } from "./list-field.tsx";

type FieldProps = { name: OptionName; fault: string | undefined };

/** The field of an option, by the kind of its row in the table. */
export function OptionField({ name, fault }: FieldProps) {
  const { kind, values, most, ...row } = rowOf(name);
  const { label, hint, values: names = {} } = wordsOfOption(name);
  const id = useId();
  const value: unknown = extras.value.options[name] ?? row.initial;
  const set = (next: unknown): void => {
    extras.value = withOption(extras.peek(), name, next);
  };
  const wrong = unread.value.get(name)?.wrong;
  const told = wrong === undefined ? fault : optionWords().unreadable(wrong);
  const field = {
    id,
    "aria-describedby": `${id}-notes`,
    "aria-invalid": told !== undefined,
    "data-fault": told !== undefined,
  };
  const named = <label for={id}>{label}</label>;
  const notes = (
    <span id={`${id}-notes`}>
      {told === undefined ? null : <span class="fault">{told}</span>}
      {hint === undefined ? null : <span class="soft">{hint}</span>}
    </span>
  );
  switch (kind) {
    case "flag":
      return (
        <div class="field">
          <label class="check">
            <input
              type="checkbox"
              {...field}
              checked={value === true}
              onChange={({ currentTarget }) => set(currentTarget.checked)}
            />
            {label}
          </label>
          {notes}
        </div>
      );
    case "choice":
      return (
        <div class="field">
          {named}
          <select {...field} value={String(value)} onChange={({ currentTarget }) => set(currentTarget.value)}>
            {values?.map((each) => (
              <option key={each} value={each}>
                {names[each]}
              </option>
            ))}
          </select>
          {notes}
        </div>
      );
    case "count":
      return (
        <div class="field">
          {named}
          <input
            type="number"
            min={0}
            max={most}
            inputMode="numeric"
            {...field}
            value={value === 0 ? "" : String(value)}
            onInput={({ currentTarget }) => set(Number(currentTarget.value))}
          />
          {notes}
        </div>
      );
    case "day":
      return (
        <div class="field">
          {named}
          <input
            type="date"
            {...field}
            value={String(value)}
            onInput={({ currentTarget }) => set(currentTarget.value)}
          />
          {notes}
        </div>
      );
    case "words":
    case "sections":
      return (
        <ListField name={name} value={value as readonly unknown[]} set={set} field={field}>
          {notes}
        </ListField>
      );
  }
}
