import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { layout } from "@dwld/layout";
import { execa } from "execa";
import { askFreely, readCapabilities } from "./capabilities.ts";

const environment = { PATH: process.env["PATH"] ?? "" };
const folder = join(layout.ytdlpPlugins, "dwld/yt_dlp_plugins/postprocessor");
const chooseEach = `import json, sys, thumbnail
print(json.dumps([[one["url"][-1] for one in thumbnail._choose(given)] for given in json.load(sys.stdin)]))`;

/** Fetches by a yt-dlp that answers "picture", "text", "endless", "slow" or an error, and sets a cookie with each answer. */
const fetchEach = `import http.cookiejar, io, json, os, sys, types, thumbnail
def cookie(name):
    return http.cookiejar.Cookie(0, name, "v", None, False, "a.example", True, False, "/", True, False, None, True, None, None, {})
def ydl_of(answers):
    ydl = types.SimpleNamespace(cookiejar=http.cookiejar.CookieJar(), write_debug=lambda text: None)
    def urlopen(request):
        ydl.cookiejar.set_cookie(cookie("picture"))
        answer = answers[int(request.url[-1])]
        if answer == "error":
            raise OSError(answer)
        if answer == "slow":
            thumbnail.time.monotonic = lambda clock=thumbnail.time.monotonic: clock() + 60
        return io.BytesIO(b"no" if answer == "text" else b"\\xff\\xd8\\xff" + bytes(3 << 20 if answer == "endless" else 9))
    ydl.urlopen = urlopen
    return ydl
for number, answers in enumerate(json.load(sys.stdin)):
    ydl = ydl_of(answers)
    urls = [f"https://a.example/{place}" for place in range(len(answers))]
    fetch = thumbnail._Fetch(ydl, f"M{number}", [{"url": url} for url in urls])
    fetch.start()
    fetch.join()
    ydl.cookiejar.set_cookie(cookie("run"))
    assert [one.name for one in ydl.cookiejar] == ["run"]
size = os.path.getsize(os.path.join(os.environ["HOME"], "thumbnail"))
print(size)`;

const address = "https://site.example/";
const named = (name: string, facts: object = {}) => ({ url: address + name, ...facts });
const known = [named("a", { width: 120 }), named("b", { width: 1280 }), named("c", { width: 320 })];

const cases: [what: string, thumbnails: unknown, chosen: string][] = [
  ["the narrowest that is wide enough, and the next", known, "cb"],
  ["those that yt-dlp prefers, if none tells its width", ["a", "b", "c"].map((name) => named(name)), "cb"],
  ["one of unknown width before one that is too narrow", [named("a"), named("b", { width: 100 })], "ab"],
  ["the widest of those that are too narrow", [named("a", { width: 100 }), named("b", { width: 50 })], "ab"],
  [
    "of two that are as wide the one that yt-dlp prefers",
    [named("a", { width: 400 }), named("b", { width: 400 })],
    "ba",
  ],
  ["a width that is no number as an unknown one", [named("a", { width: "640" }), named("b", { width: 640 })], "ba"],
  [
    "none that is no picture of the web",
    [{ url: "file:///a" }, { url: "data:a" }, { url: null }, {}, named("a", { ext: "svg" })],
    "",
  ],
  ["none of nothing", null, ""],
];

let home = "";
let runPython: (code: string, input: unknown) => Promise<string>;
before(async () => {
  const installed = { name: "default", command: ["yt-dlp"] } as const;
  const { capabilities } = await readCapabilities(installed, askFreely(installed, environment));
  const [python = "", ...modules] = capabilities.files ?? [];
  home = await mkdtemp(join(tmpdir(), "dwld-plugin-"));
  const env = { PYTHONPATH: [folder, ...modules].join(":"), PYTHONDONTWRITEBYTECODE: "1", HOME: home };
  runPython = async (code, input) => (await execa(python, ["-c", code], { env, input: JSON.stringify(input) })).stdout;
});

after(() => rm(home, { recursive: true }));

test("thumbnail plugin: it chooses at most two, the best first", async () => {
  const stdout = await runPython(
    chooseEach,
    cases.map(([, thumbnails]) => thumbnails),
  );
  const chosen = (JSON.parse(stdout) as string[][]).map((names) => names.join(""));
  for (const [index, [what, , expected]] of cases.entries()) assert.equal(chosen[index], expected, what);
});

test("thumbnail plugin: it tells a picture once it is there, tries the next one after anything else, and keeps no cookie of either", async () => {
  const answers = [
    ["picture"],
    ["error", "picture"],
    ["text", "endless"],
    ["endless", "picture"],
    ["error"],
    ["slow", "picture"],
  ];
  const told = [0, 1, 3].map((number) => `M${number} {"thumbnail":12}`);
  assert.deepEqual((await runPython(fetchEach, answers)).split("\n"), [...told, "12"]);
});
