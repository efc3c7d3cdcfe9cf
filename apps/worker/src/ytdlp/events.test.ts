import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEvent } from "./events.ts";

const marker = "dwld-1f";

test("events: lines of yt-dlp itself, of another run, and broken lines are none", () => {
  for (const line of [
    "[download]  12.0% of 3MiB",
    'dwld-2e {"path":"/etc/passwd"}',
    `${marker} {"path":NA}`,
    `${marker} [1]`,
    `${marker} {"path":7}`,
    `x${marker} {"path":"/a"}`,
    "",
  ])
    assert.equal(parseEvent(line, marker), undefined, line);
});

const cases = [
  {
    what: "a video with absent fields",
    line: '{"video":{"id": "a", "title": "a\\nb", "ext": "mp4", "format_id": "1+2", "duration": null}}',
    event: {
      kind: "video",
      id: "a",
      title: "a b",
      formatId: "1+2",
      offered: [],
      soundOnly: false,
      live: false,
      subtitles: 0,
    },
  },
  {
    what: "the resolutions that a site offers, by their shorter sides",
    line: '{"video":{"id":"a","title":"t","format_id":"1","height":1920},"widths":[null,1080,640,320],"heights":[null,1920,360,null]}',
    event: {
      kind: "video",
      id: "a",
      title: "t",
      formatId: "1",
      height: 1920,
      offered: [1080, 360],
      soundOnly: false,
      live: false,
      subtitles: 0,
    },
  },
  {
    what: "progress of a plain file",
    line: '{"format":"mp4","status":"downloading","bytes":1024,"total":4419860,"estimate":null,"speed":2.5,"eta":9,"fragment":null,"fragments":null}',
    event: {
      kind: "progress",
      formatId: "mp4",
      finished: false,
      bytes: 1024,
      totalBytes: 4_419_860,
      speed: 2.5,
      etaSeconds: 9,
    },
  },
  {
    what: "progress by fragments, whose wild estimate is left out",
    line: '{"format":"hls","status":"finished","bytes":20,"total":null,"estimate":17000,"speed":null,"eta":null,"fragment":3,"fragments":21}',
    event: { kind: "progress", formatId: "hls", finished: true, bytes: 20, fragment: 3, fragments: 21 },
  },
  {
    what: "a site that has the sound alone",
    line: '{"video":{"id":"a","title":"t","format_id":"1"},"codecs":["none","none"]}',
    event: {
      kind: "video",
      id: "a",
      title: "t",
      formatId: "1",
      offered: [],
      soundOnly: true,
      live: false,
      subtitles: 0,
    },
  },
  {
    what: "formats of which the site tells too little",
    line: '{"video":{"id":"a","title":"t","format_id":"1"},"codecs":["none",null]}',
    event: {
      kind: "video",
      id: "a",
      title: "t",
      formatId: "1",
      offered: [],
      soundOnly: false,
      live: false,
      subtitles: 0,
    },
  },
  {
    what: "a live stream with its subtitles",
    line: '{"video":{"id":"a","title":"t","format_id":"1","is_live":true},"subtitles":["vtt","srt"]}',
    event: {
      kind: "video",
      id: "a",
      title: "t",
      formatId: "1",
      offered: [],
      soundOnly: false,
      live: true,
      subtitles: 2,
    },
  },
  {
    what: "what a filter will look at",
    line: '{"found":{"upload_date":"20240501","live_status":"is_live"}}',
    event: { kind: "found", uploaded: "2024-05-01", live: true },
  },
  { what: "a video that tells nothing to a filter", line: '{"found":null}', event: undefined },
  {
    what: "a part of a video, to the end",
    line: '{"path":"/x/a.mp4","duration":60,"start":2.0,"end":null}',
    event: { kind: "file", path: "/x/a.mp4", durationSeconds: 60, startSeconds: 2 },
  },
  { what: "a finished file", line: '{"path":"/x/a.mp4"}', event: { kind: "file", path: "/x/a.mp4" } },
  {
    what: "a post-processor",
    line: '{"processor":"Merger","status":"started"}',
    event: { kind: "processor", name: "Merger", started: true },
  },
  {
    what: "an entry with a page of its own",
    line: '{"entry":{"title":"t","url":"https://cdn/x.mp4","webpage_url":"https://site/1","original_url":"https://site/list"}}',
    event: { kind: "entry", title: "t", links: ["https://site/1", "https://cdn/x.mp4"], playlistTitle: "", reader: "" },
  },
  {
    what: "an entry of a page that it shares",
    line: '{"entry":{"title":"t","url":"https://cdn/x.mp4","webpage_url":"https://site/list","original_url":"https://site/list"}}',
    event: {
      kind: "entry",
      title: "t",
      links: ["https://cdn/x.mp4", "https://site/list"],
      playlistTitle: "",
      reader: "",
    },
  },
  {
    what: "an entry with its day and its list",
    line: '{"entry":{"title":"t","url":"https://site/1","upload_date":"20240501","playlist_title":"All","ie_key":"Youtube"}}',
    event: {
      kind: "entry",
      title: "t",
      links: ["https://site/1"],
      playlistTitle: "All",
      uploaded: "2024-05-01",
      reader: "Youtube",
    },
  },
];

for (const { what, line, event } of cases)
  test(`events: ${what} is read`, () => {
    assert.deepEqual(parseEvent(`${marker} ${line}`, marker), event);
  });

for (const figure of ["1e300", "1e999", "1000000000000000000", "-1", '"9"', "null", "NaN"])
  test(`events: a figure of ${figure} is absent, or the line is no event`, () => {
    const lines = [
      `{"video":{"id":"a","title":"t","format_id":"1","duration":${figure},"width":${figure},"height":${figure},"filesize":${figure}},"widths":[${figure}],"heights":[${figure}]}`,
      `{"format":"1","status":"downloading","bytes":7,"total":${figure},"speed":${figure},"eta":${figure},"fragment":${figure},"fragments":${figure}}`,
      `{"path":"/x","duration":${figure},"start":${figure},"end":${figure}}`,
    ];
    const plain = [
      '{"video":{"id":"a","title":"t","format_id":"1"}}',
      '{"format":"1","status":"downloading","bytes":7}',
      '{"path":"/x"}',
    ];
    const read = (line: string) => parseEvent(`${marker} ${line}`, marker);
    for (const [index, line] of lines.entries()) {
      const event = read(line);
      if (event !== undefined || figure !== "NaN") assert.deepEqual(event, read(plain[index] ?? ""), line);
    }
  });

test("events: an implausible number of bytes counts as none", () => {
  const event = parseEvent(`${marker} {"format":"1","status":"downloading","bytes":1e300}`, marker);
  assert.deepEqual(event, { kind: "progress", formatId: "1", finished: false, bytes: 0 });
});

test("events: a path or a link that no system takes is none, and another text is cut", () => {
  const long = "x".repeat(90_000);
  const read = (event: object) => parseEvent(`${marker} ${JSON.stringify(event)}`, marker);
  assert.equal(read({ path: `/${long}` }), undefined);
  assert.equal(read({ entry: { url: `https://a.example/${long}` } }), undefined);
  const progress = read({ format: long, status: "downloading", bytes: 1 });
  assert.ok(progress?.kind === "progress" && progress.formatId.length === 4000);
});
