import type { Task } from "@dwld/rpc";
import { now } from "../connection/clock.ts";
import { isFinal } from "../tasks/sections.ts";
import { spanText } from "../words/formats.ts";
import { taskWords } from "../words/task.ts";
import { lifeOf, totalsOf } from "./life.ts";

/** Less than this is no time to a person. */
const leastMs = 500;

/** Where the time of a task went: a line in its order, and the sums as a table. */
export function LifeLine({ task }: { task: Task }) {
  const words = taskWords();
  const life = lifeOf(task, isFinal(task) ? 0 : now.value.getTime());
  const totals = totalsOf(life).filter(({ ms }) => ms >= leastMs);
  if (totals.length === 0) return null;
  return (
    <section>
      <h3>{words.timeWent}</h3>
      <div class="life" aria-hidden="true">
        {life.map(({ kind, ms }, at) => (
          <i key={at} class={kind} style={{ flexGrow: ms }} />
        ))}
      </div>
      <table class="life-table">
        <thead class="heard">
          <tr>
            <th scope="col">{words.what}</th>
            <th scope="col">{words.howLong}</th>
          </tr>
        </thead>
        <tbody>
          {totals.map(({ kind, ms }) => (
            <tr key={kind}>
              <th scope="row">
                <i class={kind} /> {words.kinds[kind]}
              </th>
              <td>{spanText(ms / 1000)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
