import { existsSync } from "node:fs";
import { type Configuration, ConfigurationError, loadConfiguration, redactSecrets, UsageError } from "@dwld/daemon";
import { DatabaseError, openDatabase } from "@dwld/queue";
import { copyDatabase } from "./copy-database.ts";
import { foresee, importLinks, takeInto } from "./import-links.ts";
import { LegacyFileError } from "./legacy-file-error.ts";
import { type LegacyLinks, openLegacyLinks } from "./legacy-links.ts";
import { type ImportRequest, readArguments, usage } from "./read-arguments.ts";
import { count, endingJson, endingText, nothing, rowJson, rowText } from "./report.ts";

/**
 * Runs `dwld import-legacy`, and gives its exit status.
 *
 * @param stopping aborted by a signal: the batch in work is the last.
 */
export async function importLegacy(
  { argv, env, stdout, stderr }: Pick<NodeJS.Process, "argv" | "env" | "stdout" | "stderr">,
  stopping: AbortSignal,
): Promise<0 | 1 | 2 | 78> {
  const complain = (message: string): void => {
    for (const line of message.split("\n")) stderr.write(`dwld import-legacy: ${redactSecrets(line)}\n`);
  };
  // A reader that has seen enough ("| head") is no failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    const request = readArguments(argv.slice(2));
    if (request.help) {
      stdout.write(usage);
      return 0;
    }
    const configuration = loadConfiguration(request.configuration, env);
    const complete = await importFile(request, configuration, (text) => void stdout.write(text), stopping);
    if (stopping.aborted) complain("stopped by a signal; what was taken is kept: repeat, and the rest is taken");
    return complete ? 0 : 1;
  } catch (error) {
    if (error instanceof LegacyFileError || error instanceof DatabaseError) complain(error.message);
    else if (error instanceof ConfigurationError || error instanceof UsageError) complain(error.message);
    else throw error;
    return error instanceof UsageError ? 2 : error instanceof ConfigurationError ? 78 : 1;
  }
}

/** Whether every row is taken over. */
async function importFile(
  request: ImportRequest,
  configuration: Configuration,
  print: (text: string) => void,
  stopping: AbortSignal,
): Promise<boolean> {
  const copy = await copyDatabase(request.file);
  try {
    const links = openLegacyLinks(copy.path, request.file);
    try {
      return await importAll(links, request, configuration, print, stopping);
    } finally {
      links.close();
    }
  } finally {
    await copy.dispose();
  }
}

async function importAll(
  links: LegacyLinks,
  { file, json, dryRun }: ImportRequest,
  { database: { path }, sites }: Configuration,
  print: (text: string) => void,
  stopping: AbortSignal,
): Promise<boolean> {
  // Opened only now: where the file cannot be read, nothing is made.
  const database = dryRun && !existsSync(path) ? undefined : await openDatabase(path);
  let totals = nothing;
  let complete = false;
  try {
    const take = dryRun || database === undefined ? foresee(database) : takeInto(database);
    for await (const rows of importLinks(links.read(), sites, take)) {
      totals = count(totals, rows);
      print(rows.map(json ? rowJson : rowText).join(""));
      if (stopping.aborted) return false;
    }
    complete = true;
    return totals.refused === 0;
  } finally {
    await database?.close();
    print((json ? endingJson : endingText)({ file, database: path, dryRun, complete, totals }));
  }
}
