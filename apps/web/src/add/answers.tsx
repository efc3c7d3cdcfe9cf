import { Link } from "../route/link.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { sentWords } from "../words/sent.ts";
import type { Answered } from "./outbox/sender.ts";
import { sender } from "./sending.ts";
import { shortLink } from "./short-link.ts";

const mostShown = 12;
/** The answers to so many links are told once all are there. */
const manyWaiting = 200;
/** The contract's bound on the length of a link. */
const mostCharacters = 4096;

/** Shows what became of each link, and says in one line, which is read out, what became of all. */
export function Answers() {
  const answered = sender.answered.value;
  const isSending = sender.isSending.value && sender.pause.value === undefined;
  const waiting = sender.waiting.value.length;
  const isBusy = isSending && waiting >= manyWaiting;
  const shown = answered.toSorted((left, right) => order(left) - order(right)).slice(0, mostShown);
  const words = sentWords();
  return (
    <div class="answers">
      <p class="sum small" role="status">
        {answered.length > 0 && !isBusy ? sumOf(answered) : ""}
      </p>
      {isSending && waiting > 0 ? <p class="sum small soft late">{words.toGo(waiting)}</p> : null}
      {answered.length === 0 || isBusy ? null : (
        <>
          <Button look="plain" name={words.close} onClick={() => sender.forgetAnswers()}>
            <Icon name="close" />
          </Button>
          <ul class="small">
            {shown.map((each, index) => (
              <Line key={index} {...each} />
            ))}
            {answered.length > shown.length ? (
              <li class="soft">{words.others(answered.length - shown.length)}</li>
            ) : null}
          </ul>
        </>
      )}
    </div>
  );
}

/** Puts first what somebody has to look at. */
function order({ answer }: Answered): number {
  return ["refused", "joined", "added"].indexOf(answer.kind);
}

function Line({ link, answer }: Answered) {
  const words = sentWords();
  const name = <bdi>{shortLink(link)}</bdi>;
  if (answer.kind === "refused")
    return (
      <li class="refused">
        <Icon name="failed" size={16} />
        <span>
          {name} <span class="why">{ownRule(link) ?? words.rule(answer.reason, answer.field)}</span>
        </span>
      </li>
    );
  return (
    <li>
      <Icon name={answer.kind === "added" ? "check" : "link"} size={16} />
      <span>
        <Link to={{ task: answer.taskId }}>{name}</Link>{" "}
        <span class="soft">{answer.kind === "added" ? words.isAdded : words.isJoined}</span>
      </span>
    </li>
  );
}

/** Returns the rule that a link breaks in the reader's language, if the page knows it; the server's words are English. */
function ownRule(link: string): string | undefined {
  const { username = "", password = "" } = URL.parse(link) ?? {};
  if (username !== "" || password !== "") return sentWords().holdsLogin;
  return link.length > mostCharacters ? sentWords().tooLong : undefined;
}

function sumOf(answered: readonly Answered[]): string {
  const words = sentWords();
  const count = (kind: string): number => answered.filter(({ answer }) => answer.kind === kind).length;
  const sum = [
    [count("added"), words.added] as const,
    [count("joined"), words.joined] as const,
    [count("refused"), words.refused] as const,
  ]
    .flatMap(([number, say]) => (number === 0 ? [] : say(number)))
    .join(", ");
  return sum.charAt(0).toUpperCase() + sum.slice(1);
}
