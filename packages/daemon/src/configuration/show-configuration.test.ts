import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { parseConfiguration } from "./parse-configuration.ts";
import { showConfiguration } from "./show-configuration.ts";

test("configuration: shown whole, without the passwords in links", () => {
  const yaml = "stages: { far: { proxy: 'http://me:geheim@proxy.example:3128', cookies: far } }\nftp: { host: nas }";
  const shown = showConfiguration(parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml" }));
  assert.doesNotMatch(shown, /geheim/);
  const { stages, ftp, shutdown } = parse(shown) as {
    stages: { far: { cookies: string } };
    ftp: { port: number };
    shutdown: { graceSeconds: number };
  };
  assert.deepEqual([stages.far.cookies, ftp.port, shutdown.graceSeconds], ["/etc/dwld/far", 21, 30]);
});
