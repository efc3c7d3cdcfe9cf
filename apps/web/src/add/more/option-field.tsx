import { useId } from "preact/hooks";
import { optionWords } from "../../words/options.ts";
import { extras } from "../draft.ts";
import { type OptionName, rowOf, withOption, wordsOfOption } from "./form.ts";
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
  const told =
    unread.value.get(name) === undefined ? fault : optionWords().unreadable(unread.value.get(name)?.wrong ?? "");
  const notes = (
    <span id={id}>
      {told === undefined ? null : <span class="fault">{told}</span>}
      {hint === undefined ? null : <span class="soft">{hint}</span>}
    </span>
  );
  const described = { "aria-describedby": id, "aria-invalid": told !== undefined, "data-fault": told !== undefined };
  switch (kind) {
    case "flag":
      return (
        <div class="field">
          <label class="check">
            <input
              type="checkbox"
              {...described}
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
        <label class="field">
          {label}
          <select {...described} value={String(value)} onChange={({ currentTarget }) => set(currentTarget.value)}>
            {values?.map((each) => (
              <option key={each} value={each}>
                {names[each]}
              </option>
            ))}
          </select>
          {notes}
        </label>
      );
    case "count":
      return (
        <label class="field">
          {label}
          <input
            type="number"
            min={0}
            max={most}
            inputMode="numeric"
            {...described}
            value={value === 0 ? "" : String(value)}
            onInput={({ currentTarget }) => set(Number(currentTarget.value))}
          />
          {notes}
        </label>
      );
    case "day":
      return (
        <label class="field">
          {label}
          <input
            type="date"
            {...described}
            value={String(value)}
            onInput={({ currentTarget }) => set(currentTarget.value)}
          />
          {notes}
        </label>
      );
    case "words":
    case "sections":
      return (
        <ListField name={name} value={value as readonly unknown[]} set={set} described={described}>
          {notes}
        </ListField>
      );
  }
}
