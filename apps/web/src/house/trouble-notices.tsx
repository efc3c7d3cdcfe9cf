import { minuteMs } from "@dwld/timing";
import { computed } from "@preact/signals";
import { failureText } from "../connection/failure-text.ts";
import { mayAdminister } from "../connection/identity.ts";
import { now } from "../connection/clock.ts";
import { downloads } from "../connection/transport.ts";
import { Link } from "../route/link.tsx";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { toast } from "../ui/toasts.tsx";
import { troubleWords } from "../words/troubles.ts";
import { adviceOn } from "./advice.ts";
import { askSoon, sites, status } from "../connection/house-state.ts";
import { type HouseTrouble, troublesOf, weights } from "./troubles.ts";

/** Changes each minute, as far as the words about a time do. */
const minute = computed(() => Math.floor(now.value.getTime() / minuteMs) * minuteMs);
const troubles = computed(() =>
  status.value === undefined ? [] : troublesOf(status.value, sites.value, new Date(minute.value)),
);

const mostAtOnce = 3;
const details = { page: "house", task: undefined };

/** Names each trouble with its remedy; shows nothing if all is well. */
export function TroubleNotices({ all = false }: { all?: boolean }) {
  const found = troubles.value;
  const shown = all ? found : found.slice(0, mostAtOnce);
  if (shown.length === 0) return null;
  const words = troubleWords();
  return (
    <div class="troubles">
      {shown.map((trouble) => (
        <TroubleNotice key={keyOf(trouble)} trouble={trouble} leadsOn={!all} />
      ))}
      {shown.length < found.length ? <Link to={details}>{words.more(found.length - shown.length)}</Link> : null}
    </div>
  );
}

/** A trouble keeps its place on the page while its figures change. */
function keyOf(trouble: HouseTrouble): string {
  return [trouble.kind, "site" in trouble ? trouble.site : "", "address" in trouble ? trouble.address : ""].join(" ");
}

function TroubleNotice({ trouble, leadsOn }: { trouble: HouseTrouble; leadsOn: boolean }) {
  const { text, command } = adviceOn(trouble, now.peek());
  const weight = weights[trouble.kind];
  const isPause = trouble.kind === "site_paused";
  return (
    <Notice
      {...(weight === "plain" ? {} : { tone: weight })}
      action={isPause && mayAdminister.value ? <ResumeButton site={trouble.site} /> : null}
    >
      {text} {command === undefined ? null : <code>{command}</code>}{" "}
      {leadsOn && !isPause ? <Link to={details}>{troubleWords().details}</Link> : null}
    </Notice>
  );
}

/** Ends the pause of a site. */
export function ResumeButton({ site }: { site: string }) {
  const words = troubleWords();
  const resume = async (): Promise<void> => {
    try {
      await downloads.resumeSite({ name: site });
      toast(words.resumed(site));
      askSoon();
    } catch (error) {
      toast(failureText(error));
    }
  };
  return <Button onClick={() => void resume()}>{words.tryNow}</Button>;
}
