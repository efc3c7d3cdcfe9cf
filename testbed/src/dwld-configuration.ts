import { join } from "node:path";

/** A section of the YAML file, without undefined values. */
export type Section = { readonly [key: string]: unknown };

/** Ports that are free. */
export interface DwldPorts {
  grpc: number;
  http: number;
  healthApi: number;
  healthWorker: number;
  healthFtpSender: number;
}

/**
 * Returns a configuration with everything below one folder, on these ports, that allows downloads from loopback.
 *
 * @param overrides replaces settings, section by section.
 * @param host the address to listen at.
 */
export function dwldConfiguration(
  folder: string,
  ports: DwldPorts,
  overrides: Section = {},
  host = "127.0.0.1",
): Section {
  const address = (port: number) => `${host}:${port}`;
  const basis = {
    data: join(folder, "data"),
    api: { listen: address(ports.grpc), http: address(ports.http) },
    // The disk of the tests may be nearly full.
    // No test asks GitHub for a newer yt-dlp.
    worker: { allowPrivateHosts: true, minFreeBytes: 0, ytdlp: { update: { channel: "off" } } },
    health: {
      api: address(ports.healthApi),
      worker: address(ports.healthWorker),
      ftpSender: address(ports.healthFtpSender),
    },
    shutdown: { graceSeconds: 5 },
  };
  return layOver(basis, overrides);
}

function layOver(below: Section, above: Section): Section {
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = below[key];
    result[key] = isSection(under) && isSection(value) ? layOver(under, value) : value;
  }
  return result;
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
