import { seesMachine } from "../connection/identity.ts";
import { onDemand } from "../connection/on-demand.tsx";
import { Link } from "../route/link.tsx";
import { bytesText } from "../words/formats.ts";
import { houseWords } from "../words/house.ts";
import { status } from "../connection/house-state.ts";
import { placeOf } from "./place.ts";
import "./house.css";

const TroubleNotices = onDemand(async () => (await import("./trouble-notices.tsx")).TroubleNotices);

/** Tells the free space and the destination in one line, which leads to the details. */
export function HouseLine() {
  const known = status.value;
  if (known === undefined || !seesMachine.value) return null;
  const words = houseWords();
  const { host, folder } = placeOf(known.destination);
  const free = known.downloadsDisk?.freeBytes;
  return (
    <Link to={{ page: "house", task: undefined }} class="house-line">
      <span>
        {free === undefined ? null : <b>{words.free(bytesText(free))}</b>}
        {free === undefined ? "" : " · "}
        {host === "" ? words.kept : words.to(`${host} ${folder}`)}
      </span>
    </Link>
  );
}

/** Shows the troubles to those who see the machine. */
export function HouseTroubles() {
  return status.value === undefined || !seesMachine.value ? null : <TroubleNotices />;
}
