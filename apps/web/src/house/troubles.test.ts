import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { BotState, GetStatusResponseSchema, type ProcessSchema, TroubleKind } from "@dwld/rpc";
import { chooseLanguage, languages, type Language } from "../words/language.ts";
import { adviceOn } from "./advice.ts";
import { type HouseTroubleKind, troublesOf, weights } from "./troubles.ts";

type Init<Schema extends DescMessage> = Exclude<MessageInitShape<Schema>, { $typeName: string }>;
type StatusInit = Init<typeof GetStatusResponseSchema>;

const now = new Date(2026, 10, 27, 14, 0);
const inAnHour = timestampFromDate(new Date(2026, 10, 27, 15, 0));
const anHourAgo = timestampFromDate(new Date(2026, 10, 27, 13, 0));
const worker: Init<typeof ProcessSchema> = { app: "worker", alive: true, ytdlpVersion: "2026.10.26" };
const sender: Init<typeof ProcessSchema> = { app: "ftp-sender", alive: true };
const disk = { path: "/d", freeBytes: 184_000_000_000n, totalBytes: 500_000_000_000n, reserveBytes: 5_000_000_000n };
const well: StatusInit = {
  destination: "ftp://nas:21/videos",
  processes: [{ app: "api", alive: true }, worker, sender],
  downloadsDisk: disk,
};

function find(status: StatusInit, sites: Parameters<typeof troublesOf>[1] = []) {
  return troublesOf(create(GetStatusResponseSchema, status), sites, now);
}

function withTrouble(kind: TroubleKind, text = "words of the process"): StatusInit {
  return { ...well, processes: [{ ...worker, troubles: [{ kind, text }] }, sender] };
}

const newerKind = 99 as TroubleKind;

/** A house with each trouble, and the sentences about it. */
const cases: Record<HouseTroubleKind, { status: StatusInit; en: RegExp; ru: RegExp }> = {
  table: { status: withTrouble(TroubleKind.TABLE), en: /cannot write its list/, ru: /не может записать/ },
  no_worker: {
    status: { ...well, processes: [{ ...worker, alive: false }, sender] },
    en: /^Nothing is downloaded: .* systemctl start/,
    ru: /^Ничего не загружается: .* systemctl start/,
  },
  no_ytdlp: { status: withTrouble(TroubleKind.YTDLP), en: /does not start.*dwld ytdlp$/, ru: /yt-dlp.*dwld ytdlp$/ },
  space: {
    status: { ...well, downloadsDisk: { ...disk, freeBytes: 1_200_000_000n } },
    en: /until the server's disk has room: 1.2 GB free/,
    ru: /мало места \(свободно 1,2 ГБ\)/,
  },
  no_sender: {
    status: { ...well, processes: [worker] },
    en: /^Nothing is sent to nas: .* systemctl start/,
    ru: /^На nas ничего не отправляется: .* systemctl start/,
  },
  refuses: {
    status: withTrouble(TroubleKind.DESTINATION_REFUSES),
    en: /^nas takes no videos/,
    ru: /^nas не принимает/,
  },
  away: { status: withTrouble(TroubleKind.DESTINATION_AWAY), en: /^nas does not answer/, ru: /^nas не отвечает/ },
  too_much_waits: {
    status: { ...well, downloadsDisk: { ...disk, waitingBytes: 51_000_000_000n, maxWaitingBytes: 50_000_000_000n } },
    en: /^51 GB wait to be sent/,
    ru: /^Отправки ждут 51 ГБ/,
  },
  site_paused: {
    status: {
      ...well,
      pausedSites: [
        {
          ...{ site: "youtube", pausedUntil: inAnHour },
          text: [
            { text: "it takes us for a robot", languageCode: "en" },
            { text: "сайт принимает нас за робота", languageCode: "ru" },
          ],
        },
      ],
    },
    en: /^youtube rests until 15:00: it takes us for a robot\. Its links wait\.$/,
    ru: /^youtube: пауза до 15:00, сайт принимает нас за робота\. Его ссылки ждут\.$/,
  },
  cookies: { status: withTrouble(TroubleKind.COOKIES), en: /^Some cookies/, ru: /^Часть cookies/ },
  bot: {
    status: { ...well, bots: [{ address: "http://bot:9000", state: BotState.REFUSED }] },
    en: /^The bot at http:\/\/bot:9000 refuses/,
    ru: /^Бот http:\/\/bot:9000 отказывает/,
  },
  room: { status: withTrouble(TroubleKind.ROOM), en: /^Larger downloads wait/, ru: /^Большие загрузки ждут/ },
  other: { status: withTrouble(newerKind), en: /^words of the process$/, ru: /^words of the process$/ },
  old_ytdlp: {
    status: { ...well, processes: [{ ...worker, ytdlpVersion: "2026.09.14" }, sender] },
    en: /^yt-dlp is 74 days old/,
    ru: /^yt-dlp 74 дня/,
  },
};

for (const [kind, { status, ...sentences }] of Object.entries(cases))
  test(`troubles: ${kind} is found alone, and told in each language`, () => {
    const [trouble, ...others] = find(status);
    assert.equal(trouble?.kind, kind);
    assert.deepEqual(others, []);
    for (const language of Object.keys(languages) as Language[]) {
      chooseLanguage(language);
      const { text, command = "" } = adviceOn(trouble, now);
      assert.match(`${text} ${command}`.trim(), sentences[language]);
    }
  });

test("troubles: there are none if all is well", () => {
  assert.deepEqual(find(well), []);
});

test("troubles: with delivery off, no sender is missing", () => {
  assert.deepEqual(find({ ...well, destination: "", processes: [worker] }), []);
});

test("troubles: the heaviest are first, whatever order they were found in", () => {
  const status: StatusInit = {
    ...well,
    processes: [{ ...worker, ytdlpVersion: "2025.01.01", troubles: [{ kind: TroubleKind.COOKIES, text: "c" }] }],
    pausedSites: [{ site: "vimeo", pausedUntil: inAnHour }],
    downloadsDisk: { ...disk, freeBytes: 0n },
  };
  assert.deepEqual(
    find(status).map(({ kind }) => kind),
    ["space", "no_sender", "site_paused", "cookies", "old_ytdlp"],
  );
  assert.deepEqual(
    Object.values(weights).filter((weight, index, all) => index === 0 || all[index - 1] !== weight),
    ["bad", "warn", "plain"],
  );
});

test("troubles: a process that is not alive has none of its own", () => {
  const gone = { ...worker, alive: false, troubles: [{ kind: TroubleKind.YTDLP, text: "old" }] };
  assert.deepEqual(find({ ...well, processes: [worker, gone, sender] }), []);
});

test("troubles: two workers with the same trouble are one sentence", () => {
  const troubled = { ...worker, troubles: [{ kind: TroubleKind.COOKIES, text: "c" }] };
  assert.equal(find({ ...well, processes: [troubled, troubled, sender] }).length, 1);
});

test("troubles: what waits for its delivery holds downloads back, and is not told as a full disk, too", () => {
  const full = { ...disk, waitingBytes: 51n, maxWaitingBytes: 50n };
  const status = { ...withTrouble(TroubleKind.SPACE), downloadsDisk: full };
  assert.deepEqual(
    find(status).map(({ kind }) => kind),
    ["too_much_waits"],
  );
});

test("troubles: a worker may begin nothing although the disk has room, for want of files", () => {
  assert.equal(find(withTrouble(TroubleKind.SPACE))[0]?.kind, "space");
});

test("troubles: a pause that is over is none, and the site for which most waits comes first", () => {
  const pausedSites = [
    { site: "over", pausedUntil: anHourAgo },
    { site: "quiet", pausedUntil: inAnHour },
    { site: "wanted", pausedUntil: inAnHour },
  ];
  const found = find({ ...well, pausedSites }, [{ name: "wanted", dueCount: 2n }]);
  chooseLanguage("en");
  assert.deepEqual(
    found.map((trouble) => adviceOn(trouble, now).text),
    ["wanted rests until 15:00. Its links wait.", "quiet rests until 15:00. Its links wait."],
  );
});

test("troubles: a bot that is away, or was not called yet, is none", () => {
  const bots = [BotState.AWAY, BotState.PENDING, BotState.REGISTERED].map((state) => ({ address: "b", state }));
  assert.deepEqual(find({ ...well, bots }), []);
});

test("troubles: text from outside is one line", () => {
  const [trouble] = find(withTrouble(newerKind, "a\u202Eb\nc"));
  assert.ok(trouble);
  assert.equal(adviceOn(trouble, now).text, "ab c");
});
