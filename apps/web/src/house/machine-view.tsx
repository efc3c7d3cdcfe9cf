import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Bot, BotState, type GetStatusResponse, type Limit } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { now } from "../connection/clock.ts";
import { bytesText, numberText, timeText } from "../words/formats.ts";
import { detailsWords } from "../words/house-details.ts";
import { readingsOf } from "./readings.ts";

const pageVersion = document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content;

/** Sensors and versions. */
export function MachineView({ status: { sensors, version, cache } }: { status: GetStatusResponse }) {
  const words = detailsWords();
  return (
    <section>
      <h3>{words.machine}</h3>
      <table class="figures">
        <tbody>
          {readingsOf(sensors).map(({ name, text, whole }) => (
            <tr key={name}>
              <th scope="row">{words.sensors[name] ?? oneLine(name).replaceAll("_", " ")}</th>
              <td>{whole === undefined ? text : words.of(text, whole)}</td>
            </tr>
          ))}
          {cache === "ok" || cache === "" ? null : (
            <tr>
              <th scope="row">
                {words.cache}
                <span class="soft house-under" lang="en">
                  {oneLine(cache)}
                </span>
              </th>
              <td class="house-warn">{words.away}</td>
            </tr>
          )}
          <tr>
            <th scope="row">dwld</th>
            <td>
              <bdi>{oneLine(version)}</bdi>
            </td>
          </tr>
          {pageVersion === undefined ? null : (
            <tr>
              <th scope="row">{words.page}</th>
              <td>{pageVersion}</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

export function BotsView({ bots }: { bots: readonly Bot[] }) {
  const words = detailsWords();
  if (bots.length === 0) return null;
  return (
    <section>
      <h3>{words.bots}</h3>
      <ul class="house-cards">
        {bots.map(({ address, name, state, lastSuccessTime, trouble }) => (
          <li key={`${address} ${name}`}>
            <div class="house-head">
              <h4>
                <bdi>{oneLine(address)}</bdi>
              </h4>
              <span class={state === BotState.REGISTERED ? "house-well" : "house-warn"}>{words.botStates[state]}</span>
            </div>
            <p class="soft small">
              <bdi>{oneLine(name)}</bdi>
              {lastSuccessTime === undefined
                ? null
                : ` · ${words.heard(timeText(timestampDate(lastSuccessTime), now.peek()))}`}
            </p>
            {trouble === "" ? null : (
              <p class="house-warn small" lang="en">
                {oneLine(trouble)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Limits that every server has; they are shown once they have refused something. */
const ordinary: ReadonlySet<string> = new Set(["connections", "streams", "playlistEntries"]);

export function LimitsView({ limits }: { limits: readonly Limit[] }) {
  const words = detailsWords();
  const shown = limits.filter(({ name, refusedCount }) => refusedCount > 0n || !ordinary.has(name));
  if (shown.length === 0) return null;
  return (
    <section>
      <h3>{words.limits}</h3>
      <table class="figures">
        <tbody>
          {shown.map(({ name, subject, most, unit, refusedCount, lastRefusedTime }) => (
            <tr key={`${subject} ${name}`}>
              <th scope="row">
                {words.subjects[subject] ?? oneLine(subject)}: {words.limitNames[name] ?? oneLine(name)}
                {lastRefusedTime === undefined ? null : (
                  <span class="house-warn house-under">
                    {words.refused}{" "}
                    {words.refusals(Number(refusedCount), timeText(timestampDate(lastRefusedTime), now.peek()))}
                  </span>
                )}
              </th>
              <td>{unit === "bytes" ? bytesText(most) : numberText(most)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
