import { Command } from "commander";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import { allOrNothing, withJson } from "./json-option.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

type Options = { directory?: string; days: string; renew?: boolean; force?: boolean; json?: boolean };

/** `dwld tls self-signed` */
export function build(run: RunOnMachine): Command {
  const command = new Command("tls")
    .summary("make a certificate for TLS in a home network")
    .description("Makes what TLS needs where no authority signs certificates, such as in a home network.");
  return withExamples(command.addCommand(buildSelfSigned(run)), "dwld tls self-signed nas 192.0.2.7");
}

function buildSelfSigned(run: RunOnMachine): Command {
  const command = new Command("self-signed")
    .summary("write a key and a certificate that clients pin")
    .description(
      "Writes a key and a certificate that it has signed itself, and prints its SHA-256 fingerprint, by which clients know " +
        "this server, and the lines for the configuration.",
    )
    .argument("[names...]", "names and addresses of this server; default: those of this machine")
    .option("--directory <dir>", "where to write; default: tls beside the configuration that dwld uses")
    .option("--days <n>", "how long it is valid; browsers of Apple take at most 825", "3650")
    .option("--renew", "a new certificate of the key that is there, and of its names")
    .option("--force", "write over what is there, with a new key")
    .action(async (names: string[], { json = false, ...options }: Options) =>
      run(command, async ({ env, print, printJson }) => {
        const { makeSelfSigned } = await import("./tls/self-signed.ts");
        const made = await makeSelfSigned(names, options, env);
        if (json) printJson(made.written);
        else print(made.text);
        return 0;
      }),
    );
  withExitStatus(withJson(command), allOrNothing);
  return withExamples(
    command,
    "sudo dwld tls self-signed nas nas.local 192.0.2.7",
    "dwld tls self-signed --directory ~/tls",
    "sudo dwld tls self-signed --renew",
  );
}
