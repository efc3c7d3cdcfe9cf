import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Configuration, ConfigurationError, loadConfiguration } from "@dwld/daemon";
import { execa } from "execa";
import { programsOf } from "../programs.ts";
import { goBack } from "./go-back.ts";
import { lockUpgrades } from "./lock-upgrades.ts";
import { machinePlaces } from "./machine-places.ts";
import { currentProgram, programName } from "./programs.ts";
import { readRecord } from "./record.ts";
import { TaskTable } from "./task-table.ts";
import { UpgradeError } from "./upgrade-error.ts";
import type { Step, UpgradeCall } from "./upgrade-call.ts";
import { upgradeTo } from "./upgrade.ts";

type Asked = { to?: string; back?: boolean; ownBackup?: boolean; ready: number; watch: number };
type Surroundings = { env: NodeJS.ProcessEnv; say: (text: string) => void; signal: AbortSignal };

/** `dwld upgrade --to` and `--back`. @throws UpgradeError */
export async function changeProgram(asked: Asked, { env, say, signal }: Surroundings): Promise<void> {
  if (process.getuid?.() !== 0) throw new UpgradeError("this changes what runs on this machine, and needs root: sudo");
  const places = machinePlaces;
  const named = { config: places.configuration };
  await lockUpgrades(places);
  const { database, health } = loadOrRefuse(named, env);
  const addresses = new Map<string, string | undefined>([
    ["dwld-api.service", health.api],
    ["dwld-ftp-sender.service", health.ftpSender],
  ]);
  const call: UpgradeCall = {
    ...{ places, say, signal },
    table: new TaskTable(database, places, programsOf(env, signal)),
    addressOf: (unit) => {
      const [, instance] = /^dwld-worker@(\d+)\.service$/.exec(unit) ?? [];
      if (instance !== undefined && !addresses.has(unit))
        addresses.set(unit, loadConfiguration({ ...named, instance: Number(instance) }, env).health.worker);
      return addresses.get(unit);
    },
    checkConfiguration: (program) => checkConfiguration(program, places.configuration),
    reach: (step) => reachStep(step, env),
    readyMs: asked.ready * 1000,
    settleMs: asked.watch * 1000,
    migrates: true,
    ownBackup: asked.ownBackup ?? false,
    now: () => new Date(),
  };
  if (asked.to !== undefined) await upgradeTo(resolve(asked.to), call);
  else await returnToFormer(call);
}

function loadOrRefuse(named: { config: string }, env: NodeJS.ProcessEnv): Configuration {
  try {
    return loadConfiguration(named, env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UpgradeError(
      `${error.message}\nThis version cannot run with ${named.config}: mend it, and run this again. Nothing was stopped or changed.`,
      { cause: error },
    );
  }
}

async function returnToFormer(call: UpgradeCall): Promise<void> {
  const { places, table, say } = call;
  const { wayBack, unfinished } = readRecord(places.record);
  if (unfinished !== undefined) {
    await goBack(unfinished, "it was asked for", call);
    say(`${programName(unfinished.from)} runs again`);
    return;
  }
  const current = currentProgram(places);
  if (wayBack === undefined || current === undefined || !existsSync(wayBack.program))
    throw new UpgradeError("there is no version before the installed one: nothing was changed.");
  const { program, migrations, backup = "YOUR-BACKUP", since } = wayBack;
  if ((await table.wayBack({ migrations })) !== "stays")
    throw new UpgradeError(
      `${programName(program)} does not read the task table, which was migrated at ${since} (${migrations.join(", ")}). Nothing was changed. To go back nonetheless, and lose what was done since: sudo systemctl stop 'dwld-*'; sudo dwld restore ${backup}; sudo dwld upgrade --back`,
    );
  await upgradeTo(program, { ...call, migrates: false });
}

async function checkConfiguration(program: string, file: string): Promise<void> {
  const options = { reject: false, stdin: "ignore" } as const;
  const { exitCode, stderr, shortMessage } = await execa(join(program, "bin/dwld"), ["config", "check", file], options);
  if (exitCode === 0) return;
  const name = programName(program);
  if (exitCode !== 78) throw new UpgradeError(`${name} does not run: ${stderr.trim() || shortMessage}`);
  throw new UpgradeError(`${name} cannot run with ${file}: mend it, and run this again.\n${stderr.trim()}`);
}

/**
 * Runs the command that DWLD_UPGRADE_TRIAL names for a step, "STEP=COMMAND": for the tests, which kill an upgrade or fill
 * the disk at each of its steps.
 */
async function reachStep(step: Step, env: NodeJS.ProcessEnv): Promise<void> {
  const [at, ...command] = (env["DWLD_UPGRADE_TRIAL"] ?? "").split("=");
  if (at === step) await execa("sh", ["-c", command.join("=")], { env: { DWLD_UPGRADE_PID: String(process.pid) } });
}
