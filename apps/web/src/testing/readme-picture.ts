import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { TaskState } from "@dwld/rpc";
import {
  type Dwld,
  eventually,
  type SampleSite,
  startDwld,
  startSampleSite,
  startVsftpd,
  waitForTask,
} from "@dwld/testbed";

import { launchBrowser } from "./launch-browser.ts";

/** readme-picture.ts: makes docs/page.webp, the page of a real run on a desk and on a telephone. */

const run = promisify(execFile);
const target = resolve(import.meta.dirname, "../../../../docs/page.webp");
const mostBytes = 80_000;
const desk = { width: 1120, height: 1060 } as const;
const telephone = { width: 390, height: 780 } as const;

const folder = await mkdtemp(join(tmpdir(), "dwld-picture-"));
const browser = await launchBrowser({ FONTCONFIG_FILE: await unpackFont() });
try {
  const videos = await filmsOf();
  await using films = await startSampleSite({ videos });
  await using concerts = await startSampleSite({ videos, host: "127.0.0.2" });
  await using ftp = await startVsftpd({ maxBytesPerSecond: 1_500_000 });
  await using dwld = await startDwld({
    apps: ["api", "worker", "ftp-sender"],
    configuration: {
      ftp: { ...ftp.configuration, host: "localhost", directory: ftp.directory },
      worker: { parallel: 4 },
      sites: { films: { hosts: ["127.0.0.1"], parallel: 4 }, concerts: { hosts: ["127.0.0.2"] } },
    },
  });
  await keepBusy(dwld, films, concerts);
  const pictures = [await take(dwld, desk), await take(dwld, telephone)] as const;
  await layOut(pictures);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

/** Unpacks a font that is near to those of telephones and desks, as the only one, and returns its configuration. */
async function unpackFont(): Promise<string> {
  await run("apt-get", ["-q", "-o", "APT::Sandbox::User=root", "download", "fonts-inter"], { cwd: folder });
  await run("sh", ["-c", "dpkg-deb -x fonts-inter_*.deb fonts"], { cwd: folder });
  const file = join(folder, "fonts.conf");
  await writeFile(file, `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>`);
  return file;
}

/** Videos with pictures in colours of their own, since a test picture shows nothing. */
async function filmsOf() {
  const day = "2026-05-01";
  const picture = async (name: string, [from, to]: readonly [string, string]) => {
    const path = join(folder, `${name}.jpg`);
    const gradient = `gradients=size=320x180:c0=${from}:c1=${to}:x0=0:y0=0:x1=320:y1=180:duration=1:rate=1`;
    await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", gradient, "-frames:v", "1", path]);
    return await readFile(path);
  };
  const film = async (name: string, title: string, colours: readonly [string, string], more: object = {}) => ({
    ...{ name, title, uploaded: day, thumbnail: await picture(name, colours) },
    ...more,
  });
  const slowly = { heights: [480], throttleBytesPerSecond: 900_000 };
  return await Promise.all([
    film("bread", "How bread became white", ["0xa9653c", "0xe3b98c"], { seconds: 75, heights: [720] }),
    film("tide", "Tide tables explained", ["0x2f5d57", "0x7fb8a4"], { seconds: 42, heights: [720] }),
    film("dunes", "Dunes, from above", ["0x7b3b3b", "0xc98d7d"], { seconds: 31, heights: [360] }),
    film("lighthouse", "The lighthouse keepers of the North Sea", ["0x35607c", "0x86b3c6"], {
      seconds: 320,
      ...slowly,
    }),
    film("walk", "Прогулка у моря, часть 1", ["0x6b4f7e", "0xc69ab5"], { seconds: 182, heights: [480] }),
    film("winter", "Winter concert in the old harbour", ["0x3f5c4a", "0x94b39c"], {
      media: { kind: "status", status: 429, retryAfterSeconds: 5400 },
    }),
    film("members", "An evening for members", ["0x5b5650", "0x8d877f"], { media: { kind: "status", status: 404 } }),
  ]);
}

/** Lets dwld have something in each part of the list. */
async function keepBusy({ client }: Dwld, films: SampleSite, concerts: SampleSite): Promise<void> {
  const add = async (link: string, more: object = {}) => {
    const { task } = await client.addTask({ link, chatId: "web", userName: "Ann", ...more });
    return task?.id ?? "";
  };
  const ended = [
    await add(films.pageLink("bread")),
    await add(films.pageLink("tide"), { options: { audioOnly: true } }),
    await add(films.pageLink("dunes"), { targetQuality: 1080 }),
  ];
  await Promise.all(ended.map((id) => waitForTask(client, id, TaskState.DONE, 60_000)));
  await waitForTask(client, await add(films.pageLink("members")), TaskState.FAILED, 60_000);
  await add(concerts.pageLink("winter"));
  await eventually("a site rests", async () => (await client.getStatus({})).pausedSites.length > 0);
  const until = async (id: string, state: TaskState, percent: number) => {
    const isThere = async () => {
      const { task } = await client.getTask({ id });
      return task?.state === state && (task.progress?.progressPercent ?? 0) >= percent;
    };
    await eventually(`task ${id} is at ${percent} percent`, isThere, { deadlineMs: 90_000 });
  };
  await until(await add(films.pageLink("lighthouse")), TaskState.DOWNLOADING, 12);
  await until(await add(films.pageLink("walk")), TaskState.SENDING, 25);
}

async function take({ addresses }: Dwld, viewport: { width: number; height: number }): Promise<string> {
  const page = await browser.newPage({ viewport, deviceScaleFactor: 1, colorScheme: "light", locale: "en-GB" });
  await page.goto(`http://${addresses.http}/`);
  await page.getByText("The lighthouse keepers").first().waitFor();
  await page.getByText("How bread became white").first().waitFor();
  // A picture that is out of sight is not loaded.
  await page.waitForFunction(() =>
    Array.from(document.images).every((image) => image.complete || image.getBoundingClientRect().top > innerHeight),
  );
  const picture = await page.screenshot();
  await page.close();
  return `data:image/png;base64,${picture.toString("base64")}`;
}

/** Lays the telephone over the desk, with the corners and shadows of devices, and writes both as one picture. */
async function layOut([onDesk, onTelephone]: readonly [string, string]): Promise<void> {
  const width = desk.width + 262;
  const height = desk.height + 60;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 1 });
  const shared = "position: absolute; border: 1px solid #d9d5cf; box-shadow: 0 12px 32px -12px rgb(0 0 0 / .35)";
  await page.setContent(`
    <img src="${onDesk}" style="${shared}; left: 20px; top: 20px; border-radius: 14px">
    <img src="${onTelephone}" style="${shared}; right: 20px; bottom: 16px; width: 330px; border-radius: 32px; outline: 6px solid #2b2a28">`);
  const png = join(folder, "page.png");
  await writeFile(png, await page.screenshot({ omitBackground: true }));
  await run("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    png,
    "-c:v",
    "libwebp",
    "-quality",
    "82",
    "-compression_level",
    "6",
    target,
  ]);
  const { size } = await stat(target);
  console.log(`${target}: ${Math.ceil(size / 1000)} KB`);
  if (size > mostBytes) throw new Error(`the picture has ${size} bytes, and ${mostBytes} are its bound`);
}
