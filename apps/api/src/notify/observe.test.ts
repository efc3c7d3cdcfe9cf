import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostRow, ProcessRow, SiteRow, Troubles, YtdlpVersionRow } from "@dwld/queue";
import { dayMs, hourMs } from "@dwld/timing";
import { type Facts, observe } from "./observe.ts";

const now = 1_800_000_000_000;

function running(app: string, troubles: Troubles = {}, host = "nas") {
  return { isAlive: true, row: { id: `${app} ${host}`, app, host, troubles: JSON.stringify(troubles) } as ProcessRow };
}

function hostRow(given: Partial<HostRow> = {}): HostRow {
  const times = { first_seen_at: now - 90 * dayMs, seen_at: now, forgotten_at: null, silent_ms: 0, heartbeat: 1 };
  const disk = { downloads: "", free_bytes: null, total_bytes: null, waiting_tasks: 0, waiting_bytes: 0 };
  return { name: "nas", shared: "", ...times, ...disk, ...given };
}

const well: Facts = {
  processes: [running("worker"), running("ftp-sender")],
  hosts: [hostRow()],
  sites: [],
  cookies: [],
  versions: [],
  arrivals: { some: true, failed: new Map(), waits: true },
  deliveredBy: "ftp-sender",
  own: { host: "nas" },
};

function kinds(facts: Partial<Facts>): string[] {
  return observe({ ...well, ...facts }, now).seen.map(({ condition, subject }) =>
    `${condition.kind} ${subject}`.trim(),
  );
}

function fate(kind: string, subject: string, facts: Partial<Facts>): string {
  return observe({ ...well, ...facts }, now).fateOf({ kind, subject });
}

test("conditions: where all is well, none holds", () => {
  assert.deepEqual(kinds({}), []);
});

test("conditions: a destination is in trouble if every living sender says so", () => {
  const refusing = running("ftp-sender", { destination_refuses: "550" });
  const other = running("ftp-sender", { destination_away: "no route" }, "pi");
  assert.deepEqual(kinds({ processes: [running("worker"), refusing, other] }), ["destination"]);
  assert.deepEqual(kinds({ processes: [running("worker"), refusing, running("ftp-sender", {}, "pi")] }), []);
  assert.equal(fate("destination", "", { processes: [running("worker")] }), "unknown");
  assert.equal(fate("destination", "", {}), "over");
});

test("conditions: disk and yt-dlp are of a host, over when a worker there says so, and moot when the host is gone", () => {
  const ill = running("worker", { space: "no room", "yt-dlp": "it does not start" }, "pi");
  const processes = [running("worker"), ill, running("ftp-sender")];
  assert.deepEqual(kinds({ processes }), ["disk pi", "yt-dlp pi"]);
  const hosts = [hostRow(), hostRow({ name: "pi" })];
  assert.equal(fate("disk", "pi", { hosts }), "unknown");
  assert.equal(fate("disk", "pi", { hosts, processes: [running("worker", {}, "pi")] }), "over");
  assert.equal(fate("disk", "pi", { hosts: [hostRow(), hostRow({ name: "pi", forgotten_at: now })] }), "moot");
});

test("conditions: the words of a trouble continue a sentence that has said what it is about", () => {
  const ill = running("worker", {
    space: "nothing new is downloaded: 1 MB is free",
    "yt-dlp": "Not found. Install it.",
  });
  const words = observe({ ...well, processes: [ill, running("ftp-sender")] }, now).seen.map(({ condition }) =>
    "words" in condition ? condition.words : undefined,
  );
  assert.deepEqual(words, ["1 MB is free", "Not found. Install it"]);
});

test("conditions: a process that is needed and of which none lives", () => {
  assert.deepEqual(kinds({ processes: [{ ...running("worker"), isAlive: false }] }), [
    "process worker",
    "process ftp-sender",
  ]);
  assert.deepEqual(kinds({ processes: [], deliveredBy: "worker" }), ["process worker"]);
});

test("conditions: a machine that is silent, until it is declared gone", () => {
  const silent = hostRow({ name: "pi", silent_ms: 2 * hourMs, waiting_tasks: 3 });
  const [seen] = observe({ ...well, hosts: [hostRow(), silent] }, now).seen;
  assert.deepEqual(seen, {
    condition: { kind: "machine", host: "pi", waiting: 3 },
    subject: "pi",
    sinceMs: now - 2 * hourMs,
  });
  assert.deepEqual(kinds({ hosts: [hostRow(), { ...silent, forgotten_at: now }] }), []);
  assert.equal(fate("machine", "pi", { hosts: [hostRow(), { ...silent, forgotten_at: now }] }), "moot");
  assert.equal(fate("machine", "pi", { hosts: [hostRow(), hostRow({ name: "pi" })] }), "over");
});

test("conditions: a site is paused as long as somebody tries it, and well when it answers", () => {
  const site = { name: "tube", pause_reason: "bot_check", pause_level: 3, paused_until: now - 1000 } as SiteRow;
  const asked = { ...site, due: 1, running: 0 };
  assert.deepEqual(kinds({ sites: [asked, { ...asked, name: "other", due: 0, running: 1 }] }), [
    "site tube",
    "site other",
  ]);
  assert.deepEqual(kinds({ sites: [{ ...asked, due: 0 }] }), [], "no link waits");
  const untried = { ...asked, paused_until: now - 2 * hourMs };
  assert.deepEqual(kinds({ sites: [untried] }), []);
  assert.equal(fate("site", "tube", { sites: [untried] }), "unknown");
  assert.equal(fate("site", "tube", {}), "over");
});

test("conditions: nothing arrives only counts where it was asked for, and not before a week has passed", () => {
  const nothing = { some: false, failed: new Map<string, number>(), waits: false };
  assert.deepEqual(kinds({ arrivals: nothing }), []);
  assert.deepEqual(kinds({ arrivals: { ...nothing, waits: true } }), ["nothing-arrives"]);
  assert.deepEqual(kinds({ arrivals: { ...nothing, failed: new Map([["gone", 9]]) } }), []);
  assert.deepEqual(kinds({ arrivals: { ...nothing, failed: new Map([["extractor_broken", 3]]) } }), [
    "nothing-arrives",
  ]);
  const young = [hostRow({ first_seen_at: now - dayMs })];
  assert.deepEqual(kinds({ arrivals: { ...nothing, waits: true }, hosts: young }), []);
  assert.equal(fate("nothing-arrives", "", { arrivals: nothing }), "unknown");
});

test("conditions: a certificate that ends soon, which only its own host can tell", () => {
  const own = (endsAtMs: number) => ({ own: { host: "nas", certificate: { file: "/c.pem", endsAtMs } } });
  assert.deepEqual(kinds(own(now + 60 * dayMs)), []);
  assert.deepEqual(kinds(own(now + 9 * dayMs)), ["certificate nas"]);
  assert.deepEqual(kinds(own(now - dayMs)), ["certificate nas"]);
  assert.equal(fate("certificate", "nas", own(now + 60 * dayMs)), "over");
  assert.equal(fate("certificate", "pi", { hosts: [hostRow(), hostRow({ name: "pi" })] }), "unknown");
});

test("conditions: an update that was taken back is one for all machines, and nobody is told of a mere candidate", () => {
  const row = (host: string, version: string, state: YtdlpVersionRow["state"], since: number): YtdlpVersionRow => ({
    ...{ host, version, state, since, origin: "stable", pinned: 0 },
    ...(state === "set_aside"
      ? { cause: "worse", reason: '{"en":"it fails","ru":"не справляется"}' }
      : { cause: "", reason: "" }),
  });
  const back = [row("nas", "2", "set_aside", 7), row("nas", "1", "current", 7)];
  assert.deepEqual(kinds({ versions: back }), ["update 2"]);
  assert.deepEqual(kinds({ versions: [...back, row("pi", "2", "set_aside", 8), row("pi", "1", "current", 8)] }), [
    "update 2",
  ]);
  assert.deepEqual(kinds({ versions: [row("nas", "2", "set_aside", 7), row("nas", "1", "current", 3)] }), []);
  // Its words are those of the version that wrote them, and count for nothing.
  const byHand = back.map((each) => (each.cause === "" ? each : { ...each, cause: "by_hand" as const }));
  assert.deepEqual(kinds({ versions: byHand }), []);
  assert.equal(fate("update", "2", {}), "moot");
});
