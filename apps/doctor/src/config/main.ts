import {
  ConfigurationError,
  configurationJsonSchema,
  loadConfiguration,
  runMachineCommand,
  showConfiguration,
  UsageError,
} from "@dwld/daemon";

const usage = `Usage: dwld config check [FILE] [--json]
       dwld config show [FILE] [--json]
       dwld config schema

check    names every mistake with its line, and what would be right
show     the whole configuration as the processes see it: defaults filled in, paths absolute, secrets hidden
schema   the JSON Schema of the file, for editors

FILE is a configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else nothing but defaults.

Exit status: 0: it can be used; 2: written wrong; 78: it has mistakes.
`;

await runMachineCommand(
  { name: "config", usage, options: { json: { type: "boolean" } }, words: { min: 1, max: 2 } },
  ({ values: { json = false }, words: [action, file], env, print, printJson, complain }) => {
    const load = () => loadConfiguration(file === undefined ? [] : ["--config", file], env);
    switch (action) {
      case "check": {
        const mistakes = mistakesOf(load);
        if (json) printJson({ mistakes: mistakes?.problems ?? [] });
        else if (mistakes === undefined) print("no mistakes\n");
        else complain(mistakes.message);
        return mistakes === undefined ? 0 : 78;
      }
      case "show": {
        const configuration = load();
        if (json) printJson(configuration);
        else print(showConfiguration(configuration));
        return 0;
      }
      case "schema":
        print(`${JSON.stringify(configurationJsonSchema, null, 2)}\n`);
        return 0;
      default:
        throw new UsageError(`"${action}" is none of check, show and schema; see dwld config --help`);
    }
  },
);

function mistakesOf(load: () => unknown): ConfigurationError | undefined {
  try {
    load();
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}
