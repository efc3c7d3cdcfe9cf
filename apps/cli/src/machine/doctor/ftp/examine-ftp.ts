import { type Configuration, type FtpSettings, readSecretFile } from "@dwld/daemon";
import type { Finding } from "../finding.ts";
import { examineServer } from "./examine-server.ts";

/** A person waits for the answers of the server. */
const replyTimeoutMs = 10_000;
const examinationTimeoutMs = 45_000;

type Settings = Pick<Configuration, "ftp" | "worker">;

/** Takes the steps of a delivery to the FTP server of the configuration. */
export async function examineFtp({ ftp, worker }: Settings): Promise<Finding[]> {
  if (ftp === undefined) return [deliveryIsOff(worker.downloads)];
  const readPassword = () => (ftp.passwordFile === undefined ? "" : readSecretFile(ftp.passwordFile));
  // A missing file is a mistake of the configuration.
  readPassword();
  return await tryDelivery(ftp, readPassword);
}

function deliveryIsOff(downloads: string): Finding {
  return { subject: "delivery", level: "ok", message: `it is off: files stay in ${downloads}`, remedy: "" };
}

/** Takes the steps of a delivery, with a password that need not be in its file yet. */
export async function tryDelivery(
  ftp: FtpSettings,
  readPassword: () => string,
  signal = new AbortController().signal,
): Promise<Finding[]> {
  const idleTimeoutMs = Math.min(1000 * ftp.idleTimeoutSeconds, replyTimeoutMs);
  const ends = AbortSignal.any([signal, AbortSignal.timeout(examinationTimeoutMs)]);
  return await examineServer({ ...ftp, readPassword, idleTimeoutMs }, ends);
}
