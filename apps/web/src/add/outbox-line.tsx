import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { mayChange, ownChat } from "../connection/identity.ts";
import { Button } from "../ui/button.tsx";
import { connectionWords } from "../words/connection.ts";
import { sentWords } from "../words/sent.ts";
import { timeText } from "../words/formats.ts";
import { sender } from "./sending.ts";
import { shortLink } from "./short-link.ts";

const mostShown = 50;

/** Shows the links that wait in the browser, for the server, for a limit or for another login, and those that nobody can read. */
export function OutboxLine() {
  const words = sentWords();
  const waiting = sender.waiting.value;
  const damaged = sender.damaged.value;
  const pause = sender.pause.value;
  const isForeign = (chat: string): boolean => mayChange.value && chat !== "" && chat !== ownChat.value;
  const foreign = waiting.filter(({ chat }) => isForeign(chat));
  const own = waiting.filter(({ chat }) => !isForeign(chat));
  return (
    <>
      {own.length === 0 || (pause === undefined && sender.isSending.value) ? null : (
        <Line
          texts={own.map(({ link }) => shortLink(link))}
          discard={() => sender.discard(own.map(({ id }) => id))}
          isHeard
        >
          {pause?.until === undefined ? words.waiting(own.length) : words.held(own.length)}.{" "}
          {pause === undefined ? words.goesLater : <Why {...pause} />}
        </Line>
      )}
      {foreign.length === 0 ? null : (
        <Line
          texts={foreign.map(({ link }) => shortLink(link))}
          discard={() => sender.discard(foreign.map(({ id }) => id))}
        >
          {words.foreign(foreign.length)}.
        </Line>
      )}
      {damaged.length === 0 ? null : (
        <Line texts={damaged.map(({ text }) => text)} discard={() => sender.discard(damaged.map(({ id }) => id))}>
          {words.damaged(damaged.length)}.
        </Line>
      )}
      {sender.unkept.value ? <p class="notice warn">{words.unkept}</p> : null}
    </>
  );
}

function Why({ reason, until }: { reason: string; until?: number }) {
  const words = sentWords();
  const rest = until === undefined ? words.goesLater : words.goesOn(timeText(new Date(until), new Date()));
  return (
    <>
      {reason === connectionWords().unreachable ? "" : sentence(reason)} {rest}
    </>
  );
}

/** The server's words begin as they stand within a message of the command. */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? "" : "."}`;
}

type LineProps = { texts: readonly string[]; discard: () => void; isHeard?: boolean; children: ComponentChildren };

function Line({ texts, discard, isHeard = false, children }: LineProps) {
  const words = sentWords();
  const isShown = useSignal(false);
  return (
    <div class="notice warn outbox">
      <span role={isHeard ? "status" : undefined}>{children}</span>
      <Button look="plain" aria-expanded={isShown.value} onClick={() => (isShown.value = !isShown.value)}>
        {words.show}
      </Button>
      <Button look="plain" onClick={discard}>
        {words.discard}
      </Button>
      {isShown.value ? (
        <ul>
          {texts.slice(0, mostShown).map((text, index) => (
            <li key={index}>
              <bdi>{text}</bdi>
            </li>
          ))}
          {texts.length > mostShown ? <li>{words.others(texts.length - mostShown)}</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
