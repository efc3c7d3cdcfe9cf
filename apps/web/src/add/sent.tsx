import { Answers } from "./answers.tsx";
import { OutboxLine } from "./outbox-line.tsx";

export { takeDrops } from "./drop.ts";
export { send } from "./sending.ts";

/** What became of the links that left the box. */
export function Sent() {
  return (
    <>
      <Answers />
      <OutboxLine />
    </>
  );
}
