import { ConfigurationError, loadConfiguration, redactSecrets, UsageError } from "@dwld/daemon";
import { BackupError, backUpDatabase, DatabaseError, restoreDatabase } from "@dwld/queue";
import { type Order, readArguments } from "./read-arguments.ts";
import { backupJson, backupText, restoreJson, restoreText } from "./report.ts";

type Surroundings = Pick<NodeJS.Process, "argv" | "env" | "stdout" | "stderr">;

/**
 * Runs `dwld backup` and `dwld restore`, and gives the exit status.
 *
 * @param stopping aborted by a signal: nothing is left of a copy then.
 */
export async function keepTable(surroundings: Surroundings, stopping: AbortSignal): Promise<0 | 1 | 2 | 78> {
  const { argv, stdout, stderr } = surroundings;
  const [, , command = "backup"] = argv;
  const complain = (message: string): void => {
    for (const line of message.split("\n")) stderr.write(`dwld ${command}: ${redactSecrets(line)}\n`);
  };
  // A reader that has seen enough ("| head") is no failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    await carryOut(readArguments(argv.slice(2)), surroundings, stopping);
    return 0;
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) complain("stopped by a signal: nothing was changed");
    else if (error instanceof BackupError || error instanceof DatabaseError) complain(error.message);
    else if (error instanceof ConfigurationError || error instanceof UsageError) complain(error.message);
    else throw error;
    return error instanceof UsageError ? 2 : error instanceof ConfigurationError ? 78 : 1;
  }
}

async function carryOut(order: Order, { env, stdout, stderr }: Surroundings, signal: AbortSignal): Promise<void> {
  if (order.command === "help") {
    stdout.write(order.usage);
    return;
  }
  const { path } = loadConfiguration(order.configuration, env).database;
  if (order.command === "backup") {
    const onProgress = (done: number) => {
      if (stderr.isTTY) stderr.write(`\r${Math.floor(done * 100)} %\r`);
    };
    const backup = await backUpDatabase(path, order.file, { signal, onProgress });
    stdout.write((order.json ? backupJson : backupText)(path, backup));
  } else {
    const restored = await restoreDatabase(path, order.file, new Date());
    stdout.write((order.json ? restoreJson : restoreText)(order.file, restored));
  }
}
