import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOptions, type OptionTable, optionTable } from "@dwld/options";
import { Command } from "commander";
import { askedOptions, contradiction, withOptionFlags } from "./option-flags.ts";

/** A made-up option: the row that adds one. */
const table: OptionTable = {
  ...optionTable,
  loudness: {
    ...optionTable.thumbnail,
    cli: { flags: "--loudness <how>", help: "make all videos as loud", values: { even: "embedded" } },
    conflicts: [[() => true, { en: "is not for {audioOnly}: it is {=embedded}", ru: "" }]],
  },
};

test("option flags: a row is a flag in the help, its value, and its contradictions", () => {
  const command = withOptionFlags(new Command("add"), table);
  assert.match(command.helpInformation(), /--loudness <how> +make all videos as loud \(choices: "even"\)/);
  command.parse(["--loudness", "even", "--limit", "3"], { from: "user" });
  const options = askedOptions(command.opts(), table);
  assert.deepEqual(options, { ...defaultOptions, playlistLimit: 3, loudness: "embedded" });
  assert.equal(contradiction(options, command.opts(), table), "--loudness is not for --audio: it is even");
  assert.equal(contradiction(askedOptions({ limit: 3 }), { limit: 3 }), "--limit goes with --playlist");
});
