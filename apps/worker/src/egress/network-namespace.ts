import { closeSync, openSync } from "node:fs";
import { Server } from "node:net";
import { execa } from "execa";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/**
 * A network of its own, which has a loopback interface and nothing else. The sockets that listen in it belong to this
 * process, which stays outside: they are the only way out for the programs inside.
 */
export type NetworkNamespace = {
  /** In the order of the hosts that were asked for; undefined if this machine has no such address. */
  readonly listeners: readonly (Server | undefined)[];
  /** Returns the command that starts a program inside. */
  enter: (command: Command) => Command;
  close: () => void;
};

/**
 * Enters new namespaces, in which this user is itself (user_namespaces(7)), sets the flag IFF_UP of their loopback interface (netdevice(7)),
 * and becomes the program that its arguments name, which has no capability. unshare(1) would have to hand capabilities on for that,
 * by a call that the worker's unit refuses.
 */
const enterAndRun = String.raw`
  use POSIX ();
  my $machine = (POSIX::uname())[4];
  my $unshare = { x86_64 => 272, aarch64 => 97 }->{$machine} // die "the number of unshare(2) is not known for $machine\n";
  my ($uid, $gid) = ($>, $) + 0);
  sub put { open(F, ">", "/proc/self/$_[0]") && syswrite(F, $_[1]) && close(F) or die "$_[0]: $!\n" }
  syscall($unshare, 0x50000000) == 0 or die "unshare: $!\n";
  put("setgroups", "deny");
  put("uid_map", "$uid $uid 1");
  put("gid_map", "$gid $gid 1");
  my $up = pack("a16 S x22", "lo", 1);
  socket(S, 2, 2, 0) && ioctl(S, 0x8914, $up) or die "lo: $!\n";
  exec @ARGV or die "$!\n"`;

/**
 * Listens on each host and hands the sockets over. A text, since it needs no file beside this one, whatever becomes of that in
 * a bundle. A socket that stayed open here would accept connections, too.
 */
const holder = `
  const { createServer } = require("node:net");
  (async () => {
    for (const host of process.argv.slice(1)) {
      const server = createServer();
      const listens = await new Promise((resolve) => {
        server.once("error", () => resolve(false)).listen(0, host, () => resolve(true));
      });
      await new Promise((sent) => process.send({ listens }, listens ? server : undefined, {}, sent));
      if (listens) server.close();
    }
  })();
  process.on("disconnect", () => process.exit());`;

const makeTimeoutMs = 20_000;

/**
 * Makes a network namespace, below a user namespace in which this user is itself. The process that makes it ends at once:
 * descriptors of this process keep the namespaces.
 *
 * @throws Error whose message says in the words of the system why this machine makes none
 */
export async function makeNetworkNamespace(
  hosts: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<NetworkNamespace> {
  const child = execa("perl", ["-e", enterAndRun, process.execPath, "-e", holder, ...hosts], {
    env: { ...environment },
    extendEnv: false,
    stdin: "ignore",
    stdout: "ignore",
    ipc: true,
    serialization: "json",
    buffer: { ipc: false },
    reject: false,
    timeout: makeTimeoutMs,
  });
  const listeners: (Server | undefined)[] = [];
  const all = Promise.withResolvers<void>();
  child.nodeChildProcess.on("message", (_, socket) => {
    listeners.push(socket instanceof Server ? socket : undefined);
    if (listeners.length === hosts.length) all.resolve();
  });
  const ended = child.then(({ stderr, originalMessage, exitCode }) => {
    const said = stderr === "" ? originalMessage : stderr.trim().split("\n").at(-1);
    throw new Error(said ?? `perl ends with status ${exitCode}`);
  });
  await Promise.race([all.promise, ended]);
  // The rejection of the other one, when the process ends.
  ended.catch(() => undefined);
  const [user, net] = ["user", "net"].map((name) => openSync(`/proc/${child.pid}/ns/${name}`, "r"));
  child.nodeChildProcess.disconnect();
  await child;
  const own = `/proc/${process.pid}/fd`;
  return {
    listeners,
    enter: (command) => [
      "nsenter",
      `--user=${own}/${user}`,
      `--net=${own}/${net}`,
      "--preserve-credentials",
      ...command,
    ],
    close: () => {
      for (const descriptor of [user, net]) closeSync(descriptor ?? -1);
    },
  };
}

/** Connects to each port of 127.0.0.1, and prints "1" or "0". */
const connectToEach = `use Socket;
  for (@ARGV) { socket(S, PF_INET, SOCK_STREAM, 0); print connect(S, sockaddr_in($_, inet_aton("127.0.0.1"))) ? 1 : 0; close S }`;

/**
 * Tries from inside to reach a port of this machine, which must fail, and a listener of the namespace, which must not.
 *
 * @throws Error if the namespace does not hold
 */
export async function proveNetworkNamespace(
  { enter }: Pick<NetworkNamespace, "enter">,
  { outside, inside }: { outside: number; inside: number },
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const [program, ...words] = enter(["perl", "-e", connectToEach, String(outside), String(inside)]);
  const { stdout, stderr } = await execa(program, words, { env: { ...environment }, extendEnv: false, reject: false });
  if (stdout === "01") return;
  if (stdout === "") throw new Error(stderr.trim());
  throw new Error(
    stdout.startsWith("1")
      ? "a program inside reaches this machine"
      : "a program inside does not reach the egress proxy",
  );
}
