import { readdir } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { layout } from "@dwld/layout";
import type { ProgramAnswers } from "../process/program-answers.ts";
import { findProgram } from "../process/program-file.ts";
import type { AskedCapabilities, Capabilities, YtdlpCommand } from "./capabilities.ts";

/** The answers of yt-dlps about themselves, kept for the next start of this process. */
export type RememberedCapabilities = {
  /** Returns what it said, and when; undefined if it has to be asked. */
  recall(ytdlp: YtdlpCommand): Promise<{ asked: AskedCapabilities; askedAtMs: number } | undefined>;
  remember(asked: AskedCapabilities, askedAtMs: number): Promise<void>;
};

/** JSON knows no sets. */
type Said = AskedCapabilities & { capabilities: Omit<Capabilities, "options">; options: string[] };

/**
 * An answer holds until a file changes: the program or one among its arguments, Python, a folder of its modules, our Node,
 * the plugins, or the code that asks.
 *
 * @param environment the environment of the programs that the worker starts.
 */
export function rememberCapabilities(
  answers: ProgramAnswers,
  environment: Readonly<Record<string, string>>,
): RememberedCapabilities {
  const questionTo = ({ command }: YtdlpCommand) => ({ command, environment });
  return {
    recall: async (ytdlp) => {
      const answer = await answers.recall<Said>(questionTo(ytdlp));
      if (answer === undefined) return undefined;
      const { said, askedAtMs } = answer;
      const { javaScript } = said.capabilities;
      const capabilities = { ...said.capabilities, ...ytdlp, javaScript, options: new Set(said.options) };
      return { asked: { ...said, capabilities }, askedAtMs };
    },
    remember: async (asked, askedAtMs) => {
      const { capabilities, files } = asked;
      // A yt-dlp that does not tell its files is asked at each start.
      if (files === undefined) return;
      const { command } = capabilities;
      const program = await findProgram(command[0], environment["PATH"]);
      const all = [program ?? "", ...command, process.execPath, ...files, ...(await ownFiles())];
      const said: Said = { ...asked, options: [...capabilities.options] };
      await answers.remember(questionTo(capabilities), { said, askedAtMs }, all.filter(isAbsolute));
    },
  };
}

/** Returns the plugins and what is beside them: in a checkout the code that asks, in an installation what comes with it. */
async function ownFiles(): Promise<string[]> {
  const folder = dirname(layout.ytdlpPlugins);
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !name.includes("__pycache__")).map((name) => join(folder, name));
}
