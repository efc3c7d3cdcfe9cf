import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drawIcon, encodePng, shapes } from "../../draw-icons.ts";

const folder = join(import.meta.dirname, "../../static");

test("icons: those in static/ are those that draw-icons.ts draws", () => {
  for (const shape of shapes.filter(({ size }) => size < 512))
    assert.deepEqual(readFileSync(join(folder, shape.name)), encodePng(drawIcon(shape), shape.size), shape.name);
});

test("icons: the manifest names each icon with its size, and shares by the box's parameters", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.webmanifest"), "utf8")) as {
    icons: { src: string; sizes: string }[];
    share_target: { params: Record<string, string> };
  };
  const named = manifest.icons.filter(({ src }) => src.endsWith(".png")).map(({ src, sizes }) => `${src} ${sizes}`);
  const drawn = shapes
    .filter(({ name }) => name !== "icon-apple.png")
    .map(({ name, size }) => `${name} ${size}x${size}`);
  assert.deepEqual(named.toSorted(), drawn.toSorted());
  assert.deepEqual(Object.keys(manifest.share_target.params).toSorted(), ["text", "title", "url"]);
});
