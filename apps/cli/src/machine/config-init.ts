import { Command, Option } from "commander";
import { withExamples, withExitStatus } from "../command-line/help.ts";
import type { Flags } from "./config-init/gather-answers.ts";
import type { RunOnMachine } from "./run-on-machine.ts";

/** `dwld config init [FILE]` */
export function buildInit(run: RunOnMachine): Command {
  const command = new Command("init")
    .summary("write a configuration that delivers to your server")
    .description(
      "Writes a configuration with every setting explained, and the password into a file of its own; tries the FTP server " +
        "before that, and says the next command. On a terminal it asks for what is not given.",
    )
    .argument(
      "[file]",
      "default: /etc/dwld/dwld.yaml where dwld is installed, in a checkout data/dwld.yaml, which make up takes",
    )
    .option("--ftp <host>", "the FTP server")
    .option("--ftp-port <n>", "default: 21; 990 with implicit")
    .option("--ftp-user <user>", "default: anonymous, without a password")
    .option("--ftp-password-file <file>", 'holds the password, which is copied; "-": it is read from stdin')
    .option("--ftp-directory <path>", "the folder on the server; default: /")
    .addOption(
      new Option("--ftp-tls <mode>", "how the connection is encrypted; default: explicit").choices([
        "explicit",
        "implicit",
        "none",
      ]),
    )
    .option("--ftp-fingerprint <hex>", "the SHA-256 of the server's certificate, where no authority has signed it")
    .option("--no-ftp", "files stay on this machine")
    .option("--untried", "write it without trying the server")
    .option("--force", "write over what is there")
    .action(async (file: string | undefined, flags: Flags & { untried?: boolean; force?: boolean }) =>
      run(command, async (call) => {
        const { writeConfiguration } = await import("./config-init/write-configuration.ts");
        return writeConfiguration(file, flags, call);
      }),
    );
  withExitStatus(command, "0: written; 1: not written, and why; 2: wrong command line; 78: the settings are wrong");
  return withExamples(
    command,
    "dwld config init --ftp nas.example",
    "dwld config init --ftp nas.example --ftp-user dwld --ftp-password-file - < password.txt",
  );
}
