import type { Configuration, FtpSettings } from "@dwld/daemon";
import { type FtpServerSettings, readPassword, serverSettings } from "@dwld/ftp-sender/ftp";
import type { Finding } from "../finding.ts";
import { examineServer } from "./examine-server.ts";

/** A person waits for the answers of the server. */
const replyTimeoutMs = 10_000;
const examinationTimeoutMs = 45_000;

type Settings = Pick<Configuration, "ftp" | "worker">;

/** Takes the steps of a delivery to the FTP server of the configuration. */
export async function examineFtp({ ftp, worker }: Settings): Promise<Finding[]> {
  if (ftp === undefined) return [deliveryIsOff(worker.downloads)];
  const { password } = serverSettings(ftp);
  // A missing file is a mistake of the configuration.
  readPassword({ password });
  return await tryDelivery(ftp, password);
}

function deliveryIsOff(downloads: string): Finding {
  return { subject: "delivery", level: "ok", message: `it is off: files stay in ${downloads}`, remedy: "" };
}

/** Takes the steps of a delivery, with a password that need not be in its file yet. */
export async function tryDelivery(
  ftp: FtpSettings,
  password: FtpServerSettings["password"],
  signal = new AbortController().signal,
): Promise<Finding[]> {
  const server = serverSettings(ftp);
  const idleTimeoutMs = Math.min(server.idleTimeoutMs, replyTimeoutMs);
  const ends = AbortSignal.any([signal, AbortSignal.timeout(examinationTimeoutMs)]);
  return await examineServer({ ...ftp, ...server, password, idleTimeoutMs }, ends);
}
