import { type Command, InvalidArgumentError } from "commander";
import { processCommand, type RunProcess } from "./process-command.ts";

const texts = {
  name: "up",
  summary: "run the whole: api, worker, ftp-sender",
  description:
    "Runs api, worker, ftp-sender and, where none is configured, memcached. On a further machine with the same " +
    "configuration, whose task table is in PostgreSQL, --only worker,ftp-sender adds its disk and its line.",
  examples: ["dwld up --only worker,ftp-sender"],
};

const apps = ["api", "worker", "ftp-sender"] as const;

type App = (typeof apps)[number];

/** `dwld up` */
export const build = (run: RunProcess): Command =>
  processCommand(texts, run, () => import("@dwld/up")).option(
    "--only <apps>",
    `some of ${apps.join(",")} (default: all)`,
    appsArgument,
  );

function appsArgument(text: string): readonly App[] {
  const named = text.split(",").map((word) => word.trim());
  const unknown = named.find((word) => !apps.some((app) => app === word));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `There is no app ${JSON.stringify(unknown)}: name some of ${apps.join(", ")}, with commas between them.`,
    );
  return apps.filter((app) => named.includes(app));
}
