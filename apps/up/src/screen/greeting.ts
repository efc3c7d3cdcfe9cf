import { type Configuration, deliveryOf } from "@dwld/daemon/process";

/** The facts that the greeting shows. */
export type StartFacts = {
  readonly version: string;
  readonly configuration: Configuration;
  /** The apps that run here. */
  readonly apps: readonly string[];
  /** The command as the person calls it: "bin/dwld" in a checkout. */
  readonly command: string;
  /** The options of `dwld up` that other commands need too: --config and --data. */
  readonly settings: readonly string[];
  readonly logFile: string;
  /** Sentences about what does not work, or not well, each with its cost. */
  readonly missing: readonly string[];
};

const defaultHttp = "127.0.0.1:8890";

/** Returns about ten lines that say what runs, where files go, and what is missing. */
export function greeting({ version, configuration, apps, command, settings, logFile, missing }: StartFacts): string[] {
  const { api, data } = configuration;
  const server = api.http === defaultHttp ? "" : ` --server http://${api.http}`;
  const isServed = apps.includes("api");
  const rows: [string, string][] = [
    ...(isServed
      ? ([
          ["gRPC", api.listen],
          ["HTTP", `http://${api.http}`],
        ] satisfies [string, string][])
      : []),
    ["files go to", destination(configuration, command)],
    ["data", data],
    ["log", `${logFile} (${[command, "logs", ...settings].join(" ")})`],
    ...missing.map((sentence, index): [string, string] => [index === 0 ? "missing" : "", sentence]),
  ];
  return [
    isServed
      ? `dwld ${version} runs; Ctrl-C ends it.`
      : `dwld ${version} runs here: ${apps.join(", ")}; Ctrl-C ends it.`,
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    "",
    ...(isServed ? [`Give it a link:  ${command} add --wait${server} LINK`, ""] : []),
  ];
}

function destination(configuration: Configuration, command: string): string {
  const { by, to } = deliveryOf(configuration);
  return by === "worker" ? `${to} (for an FTP server: ${command} config init)` : to;
}
