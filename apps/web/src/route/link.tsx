import type { ComponentChildren } from "preact";
import { addressWith, go } from "./route.ts";

type LinkProps = {
  to: Readonly<Record<string, string | undefined>>;
  class?: string;
  children: ComponentChildren;
  isCurrent?: boolean;
};

/** A link within the page: opens in place, or in a tab of its own if the reader asks for that. */
export function Link({ to, children, isCurrent = false, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={addressWith(to)}
      {...(isCurrent ? { "aria-current": "true" } : {})}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
