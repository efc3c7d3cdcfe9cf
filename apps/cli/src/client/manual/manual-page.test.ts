import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { examplesOf } from "../../command-line/help.ts";
import { idleProgram, withAllBelow } from "../../testing/idle-program.ts";
import { manualPage } from "./manual-page.ts";
import { roffText } from "./roff.ts";

const program = await idleProgram();
const page = `${manualPage(program, "1.2.3").join("\n")}\n`;

/** The text that man shows, in one line since it breaks lines where it likes, and the warnings of troff. */
function render(source: string): { text: string; warnings: string } | undefined {
  const { error, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=200n"], {
    input: source,
    encoding: "utf8",
  });
  return error === undefined ? { text: stdout.replaceAll(/\s+/g, " "), warnings: stderr } : undefined;
}

describe("manual page", () => {
  test("manual page: troff has nothing to warn of, and every command, option, choice and example of help is on it", (t) => {
    const rendered = render(page);
    if (rendered === undefined) {
      const why = "THE MANUAL PAGE WAS NOT RENDERED: groff is not installed here (apt install groff)";
      console.error(why);
      t.skip(why);
      return;
    }
    assert.equal(rendered.warnings, "");
    const shows = (text: string) => assert.ok(rendered.text.includes(text.replaceAll(/\s+/g, " ")), text);
    for (const command of withAllBelow(program).filter((each) => each.name() !== "complete")) {
      shows(command.description());
      for (const example of examplesOf(command)) shows(example);
      const help = command.createHelp();
      for (const option of command.options) {
        shows(option.flags);
        shows(help.optionDescription(option));
      }
      for (const argument of help.visibleArguments(command)) shows(help.argumentDescription(argument));
    }
    shows("DWLD(1)");
    shows("dwld 1.2.3");
    shows("config init [options] [file]");
  });

  test("manual page: text is never taken for a request or an escape", () => {
    const hostile = ".so /etc/passwd \\n[.F] 'it''s' \"quoted\" a^b ~ `c` --flag";
    const rendered = render(`.TH A 1\n.SH B\n${roffText(hostile)}\n`);
    if (rendered !== undefined) assert.ok(rendered.text.includes(hostile), rendered.text);
    assert.match(roffText("'br"), /^\\\(aq/);
  });
});
