import { startSampleSite } from "@dwld/testbed";
const site = await startSampleSite({ videos: [{ name: "short-0", sizeBytes: 2_000_000 }] });
console.log(site.pageLink("short-0"));
await new Promise(() => setTimeout(() => {}, 1e8));
