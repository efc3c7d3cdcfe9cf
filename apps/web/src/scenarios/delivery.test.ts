import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { TaskState } from "@dwld/rpc";
import { type Dwld, type FtpServer, type SampleSite, startSampleSite, startVsftpd } from "@dwld/testbed";
import { openPage } from "../testing/open-page.ts";
import { startDwldWithPage } from "../testing/start-dwld-with-page.ts";
import { takePictures } from "../testing/take-pictures.ts";

let site: SampleSite;
let ftp: FtpServer;
let dwld: Dwld;
before(async () => {
  site = await startSampleSite({
    videos: [
      {
        name: "lighthouse",
        title: "The lighthouse at night",
        sizeBytes: 600_000,
        throttleBytesPerSecond: 300_000,
        uploaded: "2026-05-01",
        thumbnail: true,
      },
    ],
  });
  ftp = await startVsftpd();
  dwld = await startDwldWithPage({
    apps: ["api", "worker", "ftp-sender"],
    configuration: { ftp: ftp.configuration, sites: { sample: { hosts: ["127.0.0.1"] } } },
  });
});
after(async () => {
  await dwld.stop();
  await ftp.stop();
  await site.close();
});

test("page: a link that is pasted is seen through its download to the server, where the file is what the site has", async () => {
  await using page = await openPage(dwld);
  await page.getByRole("textbox", { name: "Links" }).fill(`Tonight: ${site.pageLink("lighthouse")}!`);
  await page.getByRole("button", { name: "Add" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "The lighthouse at night" });
  await row.getByText(/Downloading/).waitFor({ timeout: 30_000 });
  await row.getByRole("progressbar").waitFor();
  await row.getByText("verified").waitFor({ timeout: 30_000 });
  await row.getByRole("link").click();
  await page.getByText("verified").nth(1).waitFor();
  await takePictures(page, "done");
  const { tasks } = await dwld.client.listTasks({ filter: { states: [TaskState.DONE] } });
  const { task } = await dwld.client.getTask({ id: tasks[0]?.id ?? "" });
  const arrived = await readFile(join(ftp.root, relative(ftp.directory, task?.files[0]?.remotePath ?? "")));
  assert.deepEqual(arrived, await readFile(site.mediaFile("lighthouse")));
});
