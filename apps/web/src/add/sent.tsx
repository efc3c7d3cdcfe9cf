import { Answers } from "./answers.tsx";
import { OutboxLine } from "./outbox-line.tsx";

export { takeDrops } from "./drop.ts";
export { findLinks } from "./find-links.ts";
export { linksOfHtml } from "./pasted.ts";
export { takeShared } from "./share.ts";
export { send } from "./sending.ts";

/** Shows what became of the links that left the box. */
export function Sent() {
  return (
    <>
      <Answers />
      <OutboxLine />
    </>
  );
}
