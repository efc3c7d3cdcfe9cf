import assert from "node:assert/strict";
import { fc, hostileText, property } from "@dwld/fuzz";
import { writeExposition } from "./exposition.ts";
import { oneOf, Recent } from "./labels.ts";
import { Metrics } from "./metrics.ts";

const labelled = fc.array(fc.record({ site: hostileText, version: hostileText, seconds: fc.double() }), {
  maxLength: 200,
});

/** A line of the text format. */
const line =
  /^(# (HELP|TYPE) dwld_[a-z_]+ .+|dwld_[a-z_]+(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? -?([\d.e+-]+|NaN|[+]Inf))$/;

property("metrics: any label is one line that a reader takes back as it was", [labelled], (counted) => {
  const metrics = new Metrics();
  const total = metrics.counter("dwld_attempts_total", "Attempts.", ["site", "version"]);
  const seconds = metrics.histogram("dwld_attempt_duration_seconds", "Time.", { bounds: [1], labels: ["site"] });
  for (const { site, version, seconds: took } of counted) {
    total.add({ site, version }, took);
    seconds.observe({ site }, took);
  }
  for (const format of ["classic", "openmetrics"] as const) {
    const text = writeExposition([total.read(), seconds.read()], format);
    for (const one of text
      .replace(/# EOF\n$/, "")
      .split("\n")
      .slice(0, -1))
      assert.match(one, line);
  }
});

property("metrics: a flood of sites and versions makes no more series than are known", [labelled], (counted) => {
  const metrics = new Metrics();
  const bySite = metrics.counter("dwld_links_total", "Links.", ["site"]);
  const byVersion = metrics.counter("dwld_attempts_total", "Attempts.", ["version"]);
  const site = oneOf((name) => ["tube", "clips"].includes(name));
  const versions = new Recent(3, (old) => {
    byVersion.forget("version", old);
  });
  for (const one of counted) {
    bySite.add({ site: site(one.site) });
    byVersion.add({ version: versions.see(one.version) });
  }
  assert.ok(bySite.read().samples.length <= 3);
  assert.ok(byVersion.read().samples.length <= 3);
});

property(
  "metrics: even a caller that bounds nothing fills no memory, and no event is lost",
  [fc.nat(5000)],
  (events) => {
    const metrics = new Metrics();
    const total = metrics.counter("dwld_attempts_total", "Attempts.", ["site", "version"]);
    for (let event = 0; event < events; event += 1) total.add({ site: `site ${event}`, version: String(event % 3) });
    const { samples } = total.read();
    assert.ok(samples.length <= 2000);
    assert.equal(
      samples.reduce((sum, { value }) => sum + value, 0),
      events,
    );
  },
);
