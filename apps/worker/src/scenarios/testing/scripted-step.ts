/** One run of a yt-dlp that follows a plan (`scripted-ytdlp.sh`). */
export type ScriptedStep = {
  /** Lines to print to stderr. */
  says?: string[];
  exits?: number;
  /** Entries of a playlist to print, each with the fields that yt-dlp prints. */
  lists?: { [field: string]: string }[];
  /** A video to copy, with its announced size, offered formats and duration. */
  delivers?: {
    video: string;
    width: number;
    height: number;
    offered: [width: number, height: number][];
    seconds?: number;
    /** A picture of it to copy. */
    thumbnail?: string;
  };
};

const fileName = "A title [id] f.mp4";

/** Returns the step as a script for sh: $home is the folder for files, $marker begins each event. */
export function stepScript({ says = [], exits, lists = [], delivers }: ScriptedStep): string {
  return [
    ...says.map((line) => `printf '%s\\n' ${quoted(line)} >&2`),
    ...(delivers === undefined ? [] : delivery(delivers)),
    ...lists.map((entry) => tell({ entry })),
    `exit ${exits ?? (delivers === undefined && lists.length === 0 ? 1 : 0)}`,
  ].join("\n");
}

function delivery(step: NonNullable<ScriptedStep["delivers"]>): string[] {
  const { video, width, height, offered, seconds: duration, thumbnail } = step;
  const facts = { id: "id", title: "A title", format_id: "f", ext: "mp4", width, height, duration };
  return [
    `cp ${quoted(video)} "$home/${fileName}"`,
    tell({ video: facts, widths: offered.map(([wide]) => wide), heights: offered.map(([, high]) => high) }),
    ...(thumbnail === undefined ? [] : [`cp ${quoted(thumbnail)} "$HOME/thumbnail"`, tell({ thumbnail: 1 })]),
    `printf '%s {"path":"%s"}\\n' "$marker" "$home/${fileName}"`,
  ];
}

const tell = (event: object) => `printf '%s %s\\n' "$marker" ${quoted(JSON.stringify(event))}`;

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
