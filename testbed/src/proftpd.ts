import { join } from "node:path";
import { execa } from "execa";
import { daemonUser, startFtpServer, type FtpServer, type FtpServerOptions, type FtpSettings } from "./ftp-server.ts";

/** Unpacked beside the system by tools/setup. */
const moduleFolder = join(import.meta.dirname, "../../.tools/debian/usr/lib/proftpd");

export interface ProftpdOptions extends FtpServerOptions {
  /** Default true: HASH, XSHA256 and the like (mod_digest). */
  hashes?: boolean;
  /** Default true. ProFTPD's own default is false: it announces REST and refuses the STOR after it. */
  restarts?: boolean;
}

/** Starts a real ProFTPD with MLST, UTF8, hashes, and resuming unless it is switched off. */
export async function startProftpd(options: ProftpdOptions = {}): Promise<FtpServer> {
  const { hashes = true, restarts = true, ...common } = options;
  const owner = await sessionUser();
  return await startFtpServer(
    {
      name: "proftpd",
      user: "dwld",
      command: (settingsFile) => ["proftpd", "--nodaemon", "--config", settingsFile],
      settings: (settings) => settingsText(settings, { hashes, restarts, owner }),
      passwords: async (password, jail) => {
        return `dwld:${await crypt(password)}:${owner.uid}:${owner.gid}::${jail}:/bin/false\n`;
      },
      login: /^230 PASS/,
    },
    common,
  );
}

const crypted = new Map<string, Promise<string>>();

/** Once for each password, since it costs as much as the start of a server. */
async function crypt(password: string): Promise<string> {
  // Standard input shows in no list of processes.
  const run = async () => (await execa("openssl", ["passwd", "-6", "-stdin"], { input: password })).stdout;
  const known = crypted.get(password) ?? run();
  crypted.set(password, known);
  return await known;
}

type SessionUser = { name: string; group: string; uid: number; gid: number };

/** Without root, its sessions run as the user that starts it. */
async function sessionUser(): Promise<SessionUser> {
  const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];
  if (uid === 0) return { ...daemonUser, group: daemonUser.name };
  const [name, group] = await Promise.all(["-un", "-gn"].map((flag) => execa("id", [flag])));
  return { name: name?.stdout ?? "", group: group?.stdout ?? "", uid, gid };
}

/** The text of a proftpd.conf, for one account that needs neither a user on this machine nor PAM. */
function settingsText(
  settings: FtpSettings,
  { hashes, restarts, owner }: { hashes: boolean; restarts: boolean; owner: SessionUser },
): string {
  const { ownFolder, tls } = settings;
  const modules = ["xfer", "ls", ...(hashes ? ["digest"] : []), ...(tls === "none" ? [] : ["tls"])];
  return [
    `ModulePath ${moduleFolder}`,
    ...modules.map((name) => `LoadModule mod_${name}.c`),
    "ServerType standalone",
    "ServerName dwld",
    `ServerIdent on "${settings.greeting}"`,
    "DefaultAddress 127.0.0.1",
    `Port ${settings.port}`,
    "UseIPv6 off",
    "UseReverseDNS off",
    // Outside the range from which the kernel chooses free ports.
    "PassivePorts 61000 65535",
    `User ${owner.name}`,
    `Group ${owner.group}`,
    ...(settings.startedByRoot ? ["DefaultRoot ~"] : []),
    "AuthOrder mod_auth_file.c",
    `AuthUserFile ${settings.passwordsFile}`,
    "RequireValidShell off",
    `AllowStoreRestart ${restarts ? "on" : "off"}`,
    "AllowOverwrite on",
    "Umask 022",
    ...(settings.maxBytesPerSecond === 0 ? [] : [`TransferRate STOR,APPE ${settings.maxBytesPerSecond / 1024}`]),
    ...(settings.maxSessions === 0 ? [] : [`MaxClients ${settings.maxSessions}`]),
    ...(tls === "none" ? [] : tlsSettings(settings)),
    `PidFile ${ownFolder}/pid`,
    `ScoreboardFile ${ownFolder}/scoreboard`,
    "ControlsEngine off",
    "WtmpLog off",
    "UseLastlog off",
    "TransferLog none",
    `SystemLog ${ownFolder}/system-log`,
    'LogFormat commands "%s %r"',
    `ExtendedLog ${settings.logFile} ALL commands`,
    "",
  ].join("\n");
}

function tlsSettings({ tls, certificateFile, keyFile }: FtpSettings): string[] {
  return [
    "TLSEngine on",
    "TLSRequired on",
    `TLSECCertificateFile ${certificateFile}`,
    `TLSECCertificateKeyFile ${keyFile}`,
    ...(tls === "implicit" ? ["TLSOptions UseImplicitSSL"] : []),
  ];
}
