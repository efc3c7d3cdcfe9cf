import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Finding, reportFindings } from "@dwld/daemon";
import { askDwld } from "../ask-program.ts";
import type { Place } from "./place.ts";
import { InterruptedError } from "./terminal.ts";

type Draft = { readonly settings: string; readonly password: string | undefined; readonly place: Place };

/**
 * Does with the server what `dwld doctor ftp` does, by a draft of the settings that nobody else can read and that is gone
 * afterwards, and tells what it found. True: files can be delivered.
 */
export async function tryServer(
  { settings, password, place }: Draft,
  { env, print, signal }: { env: NodeJS.ProcessEnv; print: (text: string) => void; signal: AbortSignal },
): Promise<boolean> {
  // Its mode is 0700.
  const folder = mkdtempSync(join(tmpdir(), "dwld-config-"));
  try {
    const secret = join(folder, basename(place.passwordFile));
    if (password !== undefined) writeFileSync(secret, `${password}\n`, { mode: 0o600 });
    const config = join(folder, "dwld.yaml");
    const withDraft = settings.replace(/^( {2}passwordFile: ).*$/m, (_, key: string) => key + JSON.stringify(secret));
    writeFileSync(config, withDraft, { mode: 0o600 });
    const call = { env, signal, configArguments: ["--config", config] };
    const { stdout, stderr } = await askDwld(["doctor", "ftp", "--json"], call);
    if (signal.aborted) throw new InterruptedError();
    if (stdout === "") throw new Error(`the FTP server could not be tried: ${stderr}`);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const status = reportFindings(findings, false, { print, printJson: () => undefined });
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
