import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Task, TaskState, WaitReason } from "@dwld/rpc";
import { breaksSite, eventually } from "@dwld/testbed";
import { hourMs, minuteMs } from "@dwld/timing";
import type { Event, Happening, Wish } from "./calendar.ts";
import type { House } from "./house.ts";

/** A link that a person asked for. */
export type Order = { readonly id: string; readonly wish: Wish; readonly atMs: number };

/** The longest time that passes at once, so that what is done once a day is done on its day. */
const stepMs = 8 * hourMs;

const final: readonly TaskState[] = [TaskState.DONE, TaskState.FAILED, TaskState.CANCELED];
const inWork: readonly TaskState[] = [TaskState.DOWNLOADING, TaskState.SENDING];

/** Nothing in work for this time: nothing has begun unseen. */
const calmMs = 200;

/** Reasons to wait that end when somebody does something. */
const lasting: readonly WaitReason[] = [WaitReason.DISK_SPACE, WaitReason.DESTINATION];

/** The operator does what a message says this long after it. */
const reactionMs = 5 * hourMs;

/** Lives through the events, tells what happens, and returns what was asked for. */
export async function live(
  house: House,
  { events, untilMs }: { events: readonly Event[]; untilMs: number },
  tell: (what: string) => void,
): Promise<Order[]> {
  const { clock } = house;
  const beginMs = clock.now();
  const orders: Order[] = [];
  const open = events.map(({ atMs, happening }) => ({ atMs: beginMs + atMs, happening }));
  let session = 1;
  let read = 0;
  const deeds: { atMs: number; kind: string }[] = [];
  house.begin("session-1");
  await house.logIn("session-1");
  const endMs = beginMs + untilMs;
  while (clock.now() < endMs) {
    const waitMs = await settle(house);
    for (const { atMs, began } of house.operator.messages.slice(read))
      deeds.push(...began.map((kind) => ({ kind, atMs: atMs + reactionMs })));
    read = house.operator.messages.length;
    const next = Math.min(open[0]?.atMs ?? endMs, endMs, waitMs, clock.now() + stepMs, deeds[0]?.atMs ?? endMs);
    await clock.passUntil(next, house.pids());
    for (const { kind } of takeDue(deeds, clock.now())) {
      if (["cookies", "certificate", "disk"].includes(kind)) tell(`the operator sees to: ${kind}`);
      if (kind === "cookies") await house.logIn(`session-${session}`);
      if (kind === "certificate") await house.renewCertificate();
      if (kind === "disk") await house.disk?.makeRoom();
    }
    for (const event of takeDue(open, clock.now())) {
      if (event.happening.kind !== "link") tell(Object.values(event.happening).join(" "));
      if (event.happening.kind === "session-ends") house.begin(`session-${(session += 1)}`);
      else await happen(house, event.happening, orders);
    }
  }
  await settle(house);
  return orders;
}

/** Takes out of a list, in order of time, what is due by now. */
function takeDue<Due extends { readonly atMs: number }>(list: Due[], nowMs: number): Due[] {
  const later = list.findIndex(({ atMs }) => atMs > nowMs);
  return list.splice(0, later < 0 ? list.length : later);
}

async function happen(house: House, happening: Happening, orders: Order[]): Promise<void> {
  const { client, clock, site, members, ftp, disk } = house;
  switch (happening.kind) {
    case "link": {
      const { wish } = happening;
      if (wish === "breaking") site.change("breaking", { dropTimes: 3 });
      const link = `${(wish === "members" ? members : site).pageLink(wish)}?n=${orders.length}`;
      const { task } = await client.addTask({
        link,
        userName: `day-${Math.floor(clock.day)}`,
        requestId: `order-${orders.length}`,
      });
      orders.push({ id: task?.id ?? "", wish, atMs: clock.now() });
      return;
    }
    case "site-breaks":
      for (const name of ["film", "stream", "breaking"])
        site.change(name, { page: { kind: "status", status: happening.status } });
      return;
    case "site-works":
      // No request asks for 0 more refusals.
      for (const name of ["film", "stream", "breaking"])
        site.change(name, { page: { kind: "status", status: 503, times: 0 } });
      return;
    case "ftp-leaves":
      return await ftp.goAway();
    case "ftp-returns":
      return await ftp.comeBack();
    case "disk-fills":
      return await disk?.fill(1_000_000);
    case "ftp-certificate":
      return await ftp.renewCertificate(100);
    case "release": {
      const { version, isBroken } = happening;
      return await house.releases.publish(version, isBroken ? breaksSite(new URL(site.url).host) : {});
    }
    case "power-cut":
      return await house.cutPower(3);
    case "session-ends":
      return;
  }
}

/** Waits until nothing is in work and each open task waits for something that takes time. Returns when the first wait ends. */
async function settle({ client }: House): Promise<number> {
  let calmSinceMs = Infinity;
  let open: Task[] = [];
  const look = async () => {
    const { tasks } = await client.listTasks({ pageSize: 100 });
    open = tasks.filter(({ state }) => !final.includes(state));
    calmSinceMs = open.every(waitsLong) ? Math.min(calmSinceMs, performance.now()) : Infinity;
    return performance.now() - calmSinceMs >= calmMs;
  };
  await eventually("nothing is in work", look, {
    deadlineMs: minuteMs,
    describe: () =>
      open
        .map(({ state, wait, link, failure }) => [state, wait?.text[0]?.text, link, failure?.message].join("  "))
        .join("\n"),
  });
  return Math.min(...open.map(({ wait }) => (wait?.until === undefined ? Infinity : timestampMs(wait.until) + 1000)));
}

function waitsLong({ state, wait }: Task): boolean {
  if (inWork.includes(state) || wait === undefined) return false;
  return wait.until !== undefined || lasting.includes(wait.reason);
}
