import { now } from "../connection/clock.ts";
import { failureText } from "../connection/failure-text.ts";
import { hasNewerVersion } from "../connection/newer-version.ts";
import { link } from "../connection/watch.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { connectionWords } from "../words/connection.ts";
import { timeText } from "../words/formats.ts";

/** Says how old the page is unless it is live, and that there is a newer one. */
export function LinkNotice() {
  const { state, asOf, failure } = link.value;
  const words = connectionWords();
  if (state === "live")
    return hasNewerVersion.value ? (
      <Notice action={<Button onClick={() => location.reload()}>{words.reload}</Button>}>{words.newer}</Notice>
    ) : null;
  if (state === "opening") return null;
  const age = asOf === undefined ? "" : words.asOf(timeText(asOf, now.value));
  return state === "connecting" ? (
    <Notice>
      {words.connecting} {age}
    </Notice>
  ) : (
    <Notice tone="warn">
      {failureText(failure)} {age}
    </Notice>
  );
}
