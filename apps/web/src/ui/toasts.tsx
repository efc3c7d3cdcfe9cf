import { signal } from "@preact/signals";
import { Button } from "./button.tsx";

type Toast = {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
};

const toasts = signal<readonly Toast[]>([]);
const shownMs = 6000;
let count = 0;

/** Says something once, for some seconds. */
export function toast(
  text: string,
  { action, forMs = shownMs }: Partial<Pick<Toast, "action">> & { forMs?: number } = {},
): void {
  count += 1;
  const id = count;
  toasts.value = [...toasts.value, { id, text, ...(action === undefined ? {} : { action }) }];
  setTimeout(() => drop(id), forMs);
}

function drop(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}

/** The place where toasts appear, which is read out. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, action }) => (
        <div class="toast" key={id}>
          <span>{text}</span>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                drop(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
