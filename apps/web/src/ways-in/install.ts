import { signal } from "@preact/signals";

/** Chromium's event, which no standard has: the browser would install the page. */
type InstallEvent = Event & { readonly prompt: () => Promise<unknown> };

/** Asks the browser to install the page; undefined if it does not offer that. */
export const install = signal<(() => void) | undefined>(undefined);

window.addEventListener("beforeinstallprompt", (event) => {
  // The page has a place for it, and asks nobody who has not looked there.
  event.preventDefault();
  install.value = () => void (event as InstallEvent).prompt();
});
window.addEventListener("appinstalled", () => (install.value = undefined));
