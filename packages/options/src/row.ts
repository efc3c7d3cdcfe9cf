import type { Kind, MessageSection, Section } from "./kinds.ts";

/** A text for a person in each language. */
export type Texts = { readonly en: string; readonly ru: string };

/** The lengths that are known of a file before it is probed, in seconds. */
export type Announcement = {
  /** The length of the whole video, as the site tells it. */
  readonly announcedSeconds?: number | undefined;
  readonly live: boolean;
  /** The length of the whole video, less what was cut out. */
  readonly cutSeconds?: number | undefined;
  /** The bounds of a part. */
  readonly startSeconds?: number | undefined;
  readonly endSeconds?: number | undefined;
};

/** One option. Functions are called only if its value is not the default. */
export type Row<Value, Field, Options> = Kind<Value, Field> & {
  /** The option of `dwld add`. */
  readonly cli: {
    /** Before the first option of a group: its heading in the help. */
    readonly group?: string;
    readonly flags: string;
    readonly help: string;
    /** The words of the command line for the values of a choice. */
    readonly values?: Readonly<Record<string, Value>>;
    /** The value of a flag that takes none; default: true. */
    readonly value?: Value;
    /** The option without which this one means nothing, if only the command line insists on it. */
    readonly with?: keyof Options;
  };
  /**
   * The combinations that are refused, each with the words that follow the option's name in the refusal. "{audioOnly}"
   * stands for the name of another option, "{=file}" for a value of this one.
   */
  readonly conflicts?: readonly (readonly [broken: (options: Options) => boolean, words: Texts])[];
  /** Its words in `dwld show`; a row without them is part of another one's. */
  readonly words?: (value: Value, options: Options) => string;
  /** The arguments for yt-dlp; those that the version in use does not know are left out. */
  readonly ytdlp?: (value: Value, options: Options) => string[];
  /** The arguments for yt-dlp if the value is the default. */
  readonly ytdlpDefault?: readonly string[];
  /** Whether it puts something into the container of the video, which then has to be MP4 or Matroska. */
  readonly embeds?: (value: Value, options: Options) => boolean;
  /** Whether ffmpeg writes the whole file once more for it; a row that embeds does. */
  readonly rewrites?: true;
  /** The length that it leaves of a file, in seconds; undefined if nobody can know. */
  readonly seconds?: (file: Announcement) => number | undefined;
  /** For an extra that must not keep the video away: its name, and what is asked for instead if it fails. */
  readonly extra?: Texts & {
    readonly instead: Partial<Options>;
    readonly unless?: (options: Options) => boolean;
  };
};

/** A row for each option. */
export type Rows<Options> = {
  readonly [Name in keyof Options]: Row<Options[Name], FieldOf<Options[Name]>, Options>;
};

/** The field of a message that holds a value. */
type FieldOf<Value> = Value extends string
  ? string extends Value
    ? string
    : number
  : Value extends readonly Section[]
    ? MessageSection[]
    : Value extends readonly string[]
      ? string[]
      : Value;
