import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** Returns a component whose code is loaded when it is first shown; a load that failed is tried again when it is shown anew. */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let loading: Promise<void> | undefined;
  return function OnDemand(props: Props) {
    const Loaded = loaded.value;
    if (Loaded !== undefined) return <Loaded {...props} />;
    loading ??= load().then(
      (component) => {
        loaded.value = component;
      },
      () => {
        loading = undefined;
      },
    );
    return null;
  };
}
