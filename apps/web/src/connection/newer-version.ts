import { hourMs } from "@dwld/timing";
import { effect, signal } from "@preact/signals";
import { server } from "./transport.ts";
import { link } from "./watch.ts";

/** Whether the server has another version of the page than the one that is open. */
export const hasNewerVersion = signal(false);

/** Asks the server for its version each time that it is heard again, and each hour. */
export function watchVersion(): void {
  effect(() => {
    if (link.value.state === "live") void ask();
  });
  setInterval(() => {
    if (!document.hidden && link.peek().state === "live") void ask();
  }, hourMs);
}

async function ask(): Promise<void> {
  const own = document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content;
  try {
    const response = await fetch(`${server}/version.json`, { cache: "no-store" });
    if (!response.ok) return;
    const { version } = (await response.json()) as { version: string };
    hasNewerVersion.value = version !== own;
  } catch {
    // The link tells that the server is away, and it is asked again when it is heard.
  }
}
