import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { GetStatusResponse, Process, Walls } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { now } from "../connection/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { timeText } from "../words/formats.ts";
import { detailsWords } from "../words/house-details.ts";
import { ageDays, oldDays } from "./ytdlp-age.ts";

/** The processes of dwld, and those that should be there. */
export function ProgramsView({ status: { processes, destination } }: { status: GetStatusResponse }) {
  const words = detailsWords();
  const needed = destination === "" ? ["worker"] : ["worker", "ftp-sender"];
  const missing = needed.filter((app) => !processes.some((process) => process.app === app));
  return (
    <section>
      <h3>{words.programs}</h3>
      <ul class="house-cards">
        {processes.map((process) => (
          <ProgramCard key={process.id} process={process} />
        ))}
        {missing.map((app) => (
          <li key={app}>
            <Head app={app} isAlive={false} text={words.missing} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ProgramCard({ process }: { process: Process }) {
  const words = detailsWords();
  const { app, alive, startTime, lastSeenTime, version, host, pid, ytdlpVersion, walls, troubles, trouble } = process;
  const texts = troubles.length > 0 ? troubles.map(({ text }) => text) : [trouble].filter(Boolean);
  return (
    <li>
      <Head app={app} isAlive={alive} text={alive ? words.runs(at(startTime)) : words.gone(at(lastSeenTime))} />
      <p class="soft small">
        <bdi>{oneLine(version)}</bdi> · <bdi>{words.place(oneLine(host), pid)}</bdi>
      </p>
      {ytdlpVersion === "" ? null : <YtdlpVersion version={ytdlpVersion} />}
      {walls === undefined ? null : <WallsText walls={walls} />}
      {texts.map((text) => (
        <p key={text} class="house-warn small" lang="en">
          {oneLine(text)}
        </p>
      ))}
    </li>
  );
}

function Head({ app, isAlive, text }: { app: string; isAlive: boolean; text: string }) {
  const words = detailsWords();
  return (
    <div class="house-head">
      <h4>
        {oneLine(app)} <span class="soft">{words.apps[app]}</span>
      </h4>
      <span class={isAlive ? "house-well" : "house-bad"}>
        <Icon name={isAlive ? "check" : "failed"} size={16} /> {text}
      </span>
    </div>
  );
}

function YtdlpVersion({ version }: { version: string }) {
  const age = ageDays(version, now.peek());
  return (
    <p class="small">
      yt-dlp {oneLine(version)}
      {age === undefined ? null : (
        <span class={age > oldDays ? "house-warn" : "soft"}> · {detailsWords().days(age)}</span>
      )}
    </p>
  );
}

function WallsText({ walls: { networkNamespace, sandbox, text } }: { walls: Walls }) {
  const words = detailsWords().walls;
  if (networkNamespace && sandbox) return <p class="soft small">{words.both}</p>;
  return (
    <p class="small">
      <span class="house-warn">{networkNamespace ? words.network : sandbox ? words.files : words.none}</span>{" "}
      <span class="soft" lang="en">
        {oneLine(text)}
      </span>
    </p>
  );
}

function at(time: Timestamp | undefined): string {
  return time === undefined ? "–" : timeText(timestampDate(time), now.peek());
}
