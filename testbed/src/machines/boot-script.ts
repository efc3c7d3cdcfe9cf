export interface Boot {
  name: string;
  addresses: readonly { device: string; address: string }[];
  /** The folder on which the machine has its disk. */
  disk: string;
  /** The folder with the disks of all machines, which it does not see. */
  disks: string;
  /** Its own folder in there. */
  own: string;
  logFile: string;
  services: readonly (readonly [string, ...string[]])[];
}

/**
 * Returns what the first process of a machine does: it takes disk and network, and runs the services, as systemd does with
 * Restart=always. At a SIGTERM it ends them in order, and then only keeps the machine on.
 */
export function bootScript({ name, addresses, disk, disks, own, logFile, services }: Boot): string {
  const lines = [
    "set -e",
    `hostname ${quote(name)}`,
    `mount --bind ${quote(own)} ${quote(disk)}`,
    `exec >>${quote(logFile)} 2>&1`,
    `mount -t tmpfs -o size=1m none ${quote(disks)}`,
    "ip link set lo up",
    ...addresses.flatMap(({ device, address }) => [
      `until ip link set ${device} up 2>/dev/null; do sleep 0.02; done`,
      `ip address add ${address}/24 dev ${device}`,
    ]),
    "set +e",
    "cd /",
    serve,
    ...services.map((words) => `serve ${words.map(quote).join(" ")} & served="$served $!"`),
    "trap 'kill $served' TERM",
    // An interrupted wait has not waited for all.
    "while kill -0 $served 2>/dev/null; do wait; done",
    "exec sleep infinity",
  ];
  return lines.join("\n");
}

const serve = `serve() {
  ending=
  trap 'ending=1; kill "$child"' TERM
  while [ -z "$ending" ]; do
    "$@" & child=$!
    while kill -0 "$child" 2>/dev/null; do wait "$child"; done
    [ -n "$ending" ] || sleep 0.2
  done
}`;

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
