import {
  type Finding,
  type FtpSettings,
  loadConfiguration,
  readSecretFile,
  reportFindings,
  runMachineCommand,
} from "@dwld/daemon";
import { examineServer } from "./examine-server.ts";

const usage = `Usage: dwld doctor ftp [--json] [--config FILE]

Looks whether files can be delivered to the FTP server: logs in, says what the server can do, writes a small file into
ftp.directory, verifies, renames and removes it. A line each, with the setting to change where something is wrong.

  --json          {"findings": [{"subject", "level": "ok" | "warning" | "failure", "message", "remedy"}]}
  --config FILE   the configuration; else $DWLD_CONFIG, else /etc/dwld/dwld.yaml, else defaults

Exit status: 0: files can be delivered; 1: they cannot; 2: written wrong; 78: the configuration is wrong.
`;

/** A server is looked at by somebody who waits for it. */
const longestIdleMs = 10_000;
const longestExaminationMs = 45_000;

await runMachineCommand(
  { name: "doctor ftp", usage, options: { json: { type: "boolean" }, config: { type: "string" } } },
  async ({ values: { json = false, config }, env, print, printJson }) => {
    const { ftp, worker } = loadConfiguration(config === undefined ? [] : ["--config", config], env);
    const findings = ftp === undefined ? [deliveryIsOff(worker.downloads)] : await examine(ftp);
    return reportFindings(findings, json, { print, printJson });
  },
);

function deliveryIsOff(downloads: string): Finding {
  return { subject: "delivery", level: "ok", message: `it is off: files stay in ${downloads}`, remedy: "" };
}

async function examine(ftp: FtpSettings): Promise<Finding[]> {
  const readPassword = () => (ftp.passwordFile === undefined ? "" : readSecretFile(ftp.passwordFile));
  // One that is not there is a mistake of the configuration.
  readPassword();
  const idleTimeoutMs = Math.min(1000 * ftp.idleTimeoutSeconds, longestIdleMs);
  return await examineServer({ ...ftp, readPassword, idleTimeoutMs }, AbortSignal.timeout(longestExaminationMs));
}
