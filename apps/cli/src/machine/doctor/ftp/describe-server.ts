import { TLSSocket } from "node:tls";
import { isLoopback } from "@dwld/daemon";
import { certificateFacts } from "@dwld/ftp-sender/ftp";
import { dayMs } from "@dwld/timing";
import { type Found, ok, warning } from "../finding.ts";
import type { FtpProbe } from "./ftp-probe.ts";

export async function lookAtLogin(probe: FtpProbe): Promise<Found> {
  const startMs = performance.now();
  await probe.connection();
  const tookMs = Math.ceil(performance.now() - startMs);
  return ok(`${probe.name} lets the user ${probe.settings.user} in, within ${tookMs} ms`);
}

const soonDays = 21;

export async function lookAtTls(probe: FtpProbe): Promise<Found> {
  const { client, features } = await probe.connection();
  const { socket } = client.ftp;
  if (socket instanceof TLSSocket) {
    const certificate = socket.getPeerCertificate();
    const facts = `${socket.getProtocol() ?? "TLS"}; ${certificateFacts(certificate)}`;
    const daysLeft = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / dayMs);
    return daysLeft >= soonDays
      ? ok(facts)
      : warning(
          `${facts}; days left: ${daysLeft}`,
          "Renew the certificate. With ftp.tls.fingerprint, set that anew then.",
        );
  }
  if (isLoopback(socket.remoteAddress)) return ok("none, and the server is on this machine");
  const what = "None: the password and all files can be read on their way";
  return features.lines.some((line) => /^AUTH\b.*\bTLS\b/i.test(line))
    ? warning(what, "The server offers it: set ftp.tls.mode to explicit.")
    : warning(what, "If the server can be given a certificate, set ftp.tls.mode to explicit then.");
}

export async function lookAtAbilities(probe: FtpProbe): Promise<Found> {
  const { lines } = (await probe.connection()).features;
  const names = [...new Set(lines.map((line) => line.split(" ")[0] ?? ""))];
  return ok(names.length === 0 ? "it announces none" : `it announces ${names.join(", ")}`);
}
