/** A text for a person in each language. */
type Sentence = { readonly en: string; readonly ru: string };

export type LimitName =
  | "connections"
  | "streams"
  | "addsPerMinute"
  | "sessionsPerMinute"
  | "waitingTasks"
  | "playlistEntries"
  | "bytesPerDay";

/** A limit belongs to one of these: each address, chat or token has its own count. */
export type Subject = "address" | "chat" | "token";

type LimitRow = {
  readonly unit: "count" | "bytes";
  /** Time after which one more try makes sense if nobody knows when there is room, ms. */
  readonly pollMs: number;
  /** @param most with its unit. */
  readonly sentence: (most: string, subject: Subject) => Sentence;
};

const ofWhom: Readonly<Record<Subject, Sentence>> = {
  address: { en: "this address", ru: "этого адреса" },
  chat: { en: "this chat", ru: "этого чата" },
  token: { en: "this token", ru: "этого токена" },
};

/** Every limit. A further one is a row here, its keys in the configuration, and the place where it is counted. */
export const limitTable: Readonly<Record<LimitName, LimitRow>> = {
  /** Counted by the listeners. A connection beyond it is closed without a word. */
  connections: {
    unit: "count",
    pollMs: 5000,
    sentence: (most, of) => ({
      en: `${ofWhom[of].en} has too many connections: at most ${most} at once`,
      ru: `слишком много соединений у ${ofWhom[of].ru}: не больше ${most} одновременно`,
    }),
  },
  /** Counted by the listeners. */
  streams: {
    unit: "count",
    pollMs: 5000,
    sentence: (most, of) => ({
      en: `${ofWhom[of].en} holds too many streams: at most ${most} at once; end one, or watch more tasks by each`,
      ru: `слишком много потоков у ${ofWhom[of].ru}: не больше ${most} одновременно; закройте один или следите за несколькими задачами в одном`,
    }),
  },
  /** Counted by the api, in memory: as many at once, and then as many a minute. */
  addsPerMinute: {
    unit: "count",
    pollMs: 60_000,
    sentence: (most, of) => ({
      en: `${ofWhom[of].en} adds too many links: at most ${most} a minute`,
      ru: `слишком много ссылок от ${ofWhom[of].ru}: не больше ${most} в минуту`,
    }),
  },
  /** Counted by the api, in memory. */
  sessionsPerMinute: {
    unit: "count",
    pollMs: 60_000,
    sentence: (most, of) => ({
      en: `${ofWhom[of].en} begins too many sessions: at most ${most} a minute`,
      ru: `слишком много сеансов у ${ofWhom[of].ru}: не больше ${most} в минуту`,
    }),
  },
  /** Counted by the statement that adds a task, in an index of those that wait. */
  waitingTasks: {
    unit: "count",
    pollMs: 10_000,
    sentence: (most, of) => ({
      en: `too many links of ${ofWhom[of].en} wait for their download: at most ${most}`,
      ru: `слишком много ссылок ${ofWhom[of].ru} ждут загрузки: не больше ${most}`,
    }),
  },
  /** Counted by hours, with the end of each download. Workers let the tasks of a chat wait, too. */
  bytesPerDay: {
    unit: "bytes",
    pollMs: 3_600_000,
    sentence: (most, of) => ({
      en: `${ofWhom[of].en} has used up its bytes of the day: at most ${most} in 24 hours`,
      ru: `исчерпан суточный объём ${ofWhom[of].ru}: не больше ${most} за 24 часа`,
    }),
  },
  /** Counted by the worker that lists the playlist. The first of them become tasks all the same. */
  playlistEntries: {
    unit: "count",
    pollMs: 0,
    sentence: (most) => ({
      en: `at most ${most} entries of a playlist become tasks`,
      ru: `из одного плейлиста берётся не больше ${most}`,
    }),
  },
};
