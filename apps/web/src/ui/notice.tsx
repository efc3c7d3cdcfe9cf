import type { ComponentChildren } from "preact";

type NoticeProps = { tone?: "warn" | "bad"; children: ComponentChildren; action?: ComponentChildren };

/** A sentence with what can be done about it. */
export function Notice({ tone, children, action }: NoticeProps) {
  return (
    <div class={["notice", tone].filter(Boolean).join(" ")} role={tone === undefined ? undefined : "status"}>
      <span>{children}</span>
      {action}
    </div>
  );
}
