import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { z } from "zod";
import { configurationJsonSchema } from "./json-schema.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { allowedOptions } from "./ytdlp-options.ts";

const docs = join(import.meta.dirname, "../../../../docs");
const { sites, defaultSite, stages } = parseConfiguration("", { file: "/etc/dwld/dwld.yaml" });

type Schema = z.core.JSONSchema.BaseSchema;

/** Returns each key with a value, as "worker.parallel", "sites.NAME.hosts" or "register[].name", and its schema. */
function settingsOf(schema: Schema, path = ""): [string, Schema][] {
  const { properties, items, additionalProperties: named } = schema;
  if (properties !== undefined)
    return Object.entries(properties).flatMap(([key, one]) =>
      settingsOf(one as Schema, path === "" ? key : `${path}.${key}`),
    );
  const deeper = [
    [named, ".NAME"],
    [items, "[]"],
  ] as const;
  for (const [one, step] of deeper)
    if (typeof one === "object" && "properties" in one) return settingsOf(one, path + step);
  return [[path, schema]];
}

/** Writes a default as the guide does. */
function written(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

for (const name of ["guide.md", "guide.ru.md"]) {
  const guide = readFileSync(join(docs, name), "utf8");

  test(`${name} lists the options that a stage may give, and no others`, () => {
    // Lines of options alone, since a sentence may begin with an option, too.
    const lines = guide.split("\n").filter((line) => /^(`--[a-z0-9-]+` ?)+$/.test(line));
    assert.deepEqual(lines.join(" ").match(/--[a-z0-9-]+/g), Object.keys(allowedOptions));
  });

  test(`${name} shows the built-in ladders as they are`, () => {
    for (const [site, { stages: ladder }] of [...Object.entries(sites), ["default", defaultSite] as const]) {
      const row = new RegExp(`^\\| \`${site}\`[^|]*\\| (.*) \\|$`, "m").exec(guide)?.[1];
      assert.equal(row, ladder.map((stage) => `\`${stage}\``).join(", "), site);
    }
    for (const stage of Object.keys(stages).filter((one) => !one.endsWith("-cookies")))
      assert.match(guide, new RegExp(`^\\| \`${stage}\` \\|.*\\|.*\\|$`, "m"));
  });

  test(`${name} names every key of the configuration with its default, in the order of the schema, and no other`, () => {
    const table = guide.slice(guide.search(/^\| `data` \|/m)).split("\n\n")[0] ?? "";
    const rows = table.split("\n").map((line) => line.split(" | ").map((cell) => cell.replaceAll(/^\| ?| ?\|$/g, "")));
    const settings = settingsOf(configurationJsonSchema());
    assert.deepEqual(
      rows.map(([key = ""]) => key.replaceAll("`", "").replace("ИМЯ", "NAME")),
      settings.map(([key]) => key),
    );
    for (const [index, [key, schema]] of settings.entries()) {
      const told = rows[index]?.[1] ?? "";
      const names = settings.some(([other]) => told === written(other));
      if (schema.default === undefined) assert.ok(names || !/^`[^`]*`$/.test(told), `${key} has no default ${told}`);
      else assert.equal(told, written(schema.default), key);
    }
  });

  test(`${name} shows configurations that can be used`, () => {
    const blocks = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = ""]) => yaml);
    assert.ok(blocks.length >= 4);
    for (const yaml of blocks) parseConfiguration(yaml, { file: "/etc/dwld/dwld.yaml" });
  });
}

for (const name of ["operations.md", "operations.ru.md"])
  test(`${name} names settings that there are, and no others`, () => {
    const settings = settingsOf(configurationJsonSchema()).map(([key]) => key);
    const sections = new Set(settings.map((key) => key.split(".", 1)[0]));
    const text = readFileSync(join(docs, name), "utf8");
    const named = [...text.matchAll(/`([a-z]+)((?:\.[A-Za-z]+)+)(?:`|: )/g)]
      .filter(([, section]) => sections.has(section))
      .map(([, section = "", rest = ""]) => section + rest);
    assert.ok(named.length > 20, named.join(" "));
    assert.deepEqual(
      named.filter((key) => !settings.includes(key)),
      [],
    );
  });
