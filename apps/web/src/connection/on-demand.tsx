import { signal, useSignalEffect } from "@preact/signals";
import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { connectionWords } from "../words/connection.ts";
import { link } from "./watch.ts";

/** Returns a component whose code is loaded when it is first shown. If the server does not give it, that is said in its place. */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const hasFailed = signal(false);
  let loading: Promise<void> | undefined;
  const again = (): void => {
    loading = undefined;
    hasFailed.value = false;
  };
  return function OnDemand(props: Props) {
    const Loaded = loaded.value;
    if (Loaded !== undefined) return <Loaded {...props} />;
    if (hasFailed.value) return <NotLoaded again={again} />;
    loading ??= load().then(
      (component) => {
        loaded.value = component;
      },
      () => {
        hasFailed.value = true;
      },
    );
    return null;
  };
}

function NotLoaded({ again }: { again: () => void }) {
  const words = connectionWords();
  const before = useRef(link.peek().state);
  // A server that is heard again is asked again.
  useSignalEffect(() => {
    const { state } = link.value;
    if (state === "live" && before.current !== "live") again();
    before.current = state;
  });
  return (
    <Notice tone="warn" action={<Button onClick={again}>{words.tryAgain}</Button>}>
      {words.notLoaded}
    </Notice>
  );
}
