import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Site, SiteBreaker } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { mayAdminister } from "../connection/identity.ts";
import { now } from "../connection/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { numberText, timeText } from "../words/formats.ts";
import { detailsWords } from "../words/house-details.ts";
import { localized } from "../words/language.ts";
import { stageText } from "../words/stages.ts";
import { sites } from "../connection/house-state.ts";
import { ResumeButton } from "./trouble-notices.tsx";

/** The sites that were used, or are waited for. */
export function SitesView() {
  const words = detailsWords();
  const shown = sites.value.filter((site) => isUsed(site));
  const untold = sites.value.length - shown.length;
  const note = sites.value.length === 0 ? words.noSites : untold === 0 ? "" : words.unused(untold);
  return (
    <section>
      <h3>{words.sites}</h3>
      <ul class="house-cards house-sites">
        {shown.map((site) => (
          <SiteCard key={site.name} site={site} />
        ))}
      </ul>
      {note === "" ? null : <p class="soft small">{note}</p>}
    </section>
  );
}

function isUsed({ breaker, stages, runningCount, dueCount }: Site): boolean {
  return stages.length > 0 || runningCount > 0n || dueCount > 0n || breaker !== SiteBreaker.CLOSED;
}

function SiteCard({ site }: { site: Site }) {
  const isOpen = site.breaker === SiteBreaker.OPEN;
  return (
    <li>
      {site.stages.length === 0 ? (
        <div class="house-site">
          <SiteHead site={site} />
        </div>
      ) : (
        <details>
          <summary>
            <SiteHead site={site} />
            <Icon name="down" size={16} />
          </summary>
          <Ways site={site} />
        </details>
      )}
      {isOpen || site.breaker === SiteBreaker.HALF_OPEN ? (
        <div class="house-head">
          <span class="house-warn small">
            {[pauseText(site), localized(site.pauseText)].filter(Boolean).join(": ")}
          </span>
          {isOpen && mayAdminister.value ? <ResumeButton site={site.name} /> : null}
        </div>
      ) : null}
    </li>
  );
}

function SiteHead({ site: { name, runningCount, dueCount } }: { site: Site }) {
  const words = detailsWords();
  const counts = [
    runningCount > 0n ? words.running(numberText(runningCount)) : "",
    dueCount > 0n ? words.wait(numberText(dueCount)) : "",
  ].filter(Boolean);
  return (
    <>
      <h4>
        <bdi>{oneLine(name)}</bdi>
      </h4>
      <span>{counts.join(" · ")}</span>
    </>
  );
}

function pauseText({ breaker, pausedUntil }: Site): string {
  const words = detailsWords();
  if (breaker === SiteBreaker.HALF_OPEN) return words.probed;
  return pausedUntil === undefined ? "" : words.rests(timeText(timestampDate(pausedUntil), now.peek()));
}

function Ways({ site }: { site: Site }) {
  const words = detailsWords();
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">{words.way}</th>
          <th scope="col">{words.worked}</th>
          <th scope="col">{words.failed}</th>
          <th scope="col">{words.lastWorked}</th>
        </tr>
      </thead>
      <tbody>
        {site.stages.map(({ stage, successCount, failureCount, lastSuccessTime }) => (
          <tr key={stage}>
            <th scope="row">{stageText(stage)}</th>
            <td>{numberText(successCount)}</td>
            <td>{numberText(failureCount)}</td>
            <td>
              {lastSuccessTime === undefined ? words.never : timeText(timestampDate(lastSuccessTime), now.peek())}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
