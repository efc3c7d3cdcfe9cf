import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fc, hostileText, property } from "@dwld/fuzz";
import { hasHidden } from "@dwld/text";
import { stringify } from "yaml";
import type * as z from "zod";
import { ConfigurationError } from "./configuration-error.ts";
import { configurationJsonSchema } from "./json-schema.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { showConfiguration } from "./show-configuration.ts";

type Schema = z.core.JSONSchema.JSONSchema;

const anything: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, true, false, "", [], {}, [null], 1e300, 2 ** 53),
  fc.jsonValue({ maxDepth: 2 }),
);
const plausible = fc.constantFrom(
  "/etc/dwld/x",
  "127.0.0.1:80",
  "nas",
  "https://bot.example",
  "{name}",
  "10s",
  "youtube",
);

/** Values of the shape that a schema describes, with some of any other. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 1, arbitrary: anything }, { weight: 6, arbitrary: ofShape(schema) });
}

function ofShape(schema: Schema): fc.Arbitrary<unknown> {
  const { properties, additionalProperties: named, items, anyOf } = schema;
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => valuesOf(one)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([key, one]) => [key, valuesOf(one as Schema)]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] });
  }
  if (typeof named === "object")
    return fc.dictionary(fc.oneof(plausible, hostileText), valuesOf(named), { maxKeys: 2 });
  if (items !== undefined && !Array.isArray(items)) return fc.array(valuesOf(items as Schema), { maxLength: 2 });
  if (schema.type === "integer" || schema.type === "number") return fc.integer();
  return schema.type === "boolean" ? fc.boolean() : fc.oneof(plausible, hostileText);
}

const file = "/etc/dwld/dwld.yaml";

/** Whether a text is a configuration; if it is none, the mistakes are told as they should be. */
function assertIsReadOrRefused(text: string): void {
  try {
    const configuration = parseConfiguration(text, { file });
    assert.ok(Object.isFrozen(configuration));
    showConfiguration(configuration);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.problems.length > 0);
    const lines = text.split(/\r\n|\n|\r/).length;
    for (const { line, message, remedy } of error.problems) {
      assert.ok(line === undefined || (line >= 1 && line <= lines), `line ${line} of ${lines}`);
      assert.ok(message !== "" && remedy !== "");
    }
    for (const told of error.message.split("\n")) assert.ok(!hasHidden(told), JSON.stringify(told));
  }
}

property(
  "configuration: whatever values stand at its keys, it is read, or each mistake is told with its line",
  [ofShape(configurationJsonSchema())],
  (value) => {
    assertIsReadOrRefused(stringify(value));
  },
);

const example = readFileSync(join(import.meta.dirname, "../../../../deploy/dwld.yaml"), "utf8").replaceAll(
  /^#(?=\S)/gm,
  "",
);
const place = fc.nat({ max: example.length });

property(
  "configuration: whatever is typed or lost anywhere in the example, it is read, or each mistake is told with its line",
  [fc.array(fc.tuple(place, fc.nat({ max: 30 }), hostileText), { minLength: 1, maxLength: 3 })],
  (changes) => {
    let text = example;
    for (const [start, lost, typed] of changes) text = text.slice(0, start) + typed + text.slice(start + lost);
    assertIsReadOrRefused(text);
  },
  { runs: 40 },
);
