import {
  configurationJsonSchema,
  examineConfiguration,
  loadConfiguration,
  runMachineCommand,
  showConfiguration,
  UsageError,
} from "@dwld/daemon";

const usage = `Usage: dwld config init [FILE] [--ftp HOST] ...
       dwld config check [FILE] [--json]
       dwld config show [FILE] [--json]
       dwld config schema

init     writes a configuration: see dwld config init --help
check    names every mistake with its line, and what would be right; and each file it names that cannot be read
show     the whole configuration as the processes see it: defaults filled in, paths absolute, secrets hidden
schema   the JSON Schema of the file, for editors

FILE is a configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else nothing but defaults.

Exit status: 0: it can be used; 2: written wrong; 78: it has mistakes.
`;

await runMachineCommand(
  { name: "config", usage, options: { json: { type: "boolean" } }, words: { min: 1, max: 2 } },
  ({ values: { json = false }, words: [action, file], env, print, printJson, complain }) => {
    const named = file === undefined ? [] : ["--config", file];
    switch (action) {
      case "check": {
        const mistakes = examineConfiguration(named, env);
        if (json) printJson({ mistakes: mistakes?.problems ?? [] });
        else if (mistakes === undefined) print("no mistakes\n");
        else complain(mistakes.message);
        return mistakes === undefined ? 0 : 78;
      }
      case "show": {
        const configuration = loadConfiguration(named, env);
        if (json) printJson(configuration);
        else print(showConfiguration(configuration));
        return 0;
      }
      case "schema":
        print(`${JSON.stringify(configurationJsonSchema, null, 2)}\n`);
        return 0;
      default:
        throw new UsageError(`"${action}" is none of init, check, show and schema; see dwld config --help`);
    }
  },
);
