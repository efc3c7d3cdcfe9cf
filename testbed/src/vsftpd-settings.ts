/** What a vsftpd.conf is made of. All paths are absolute. */
export interface VsftpdSettings {
  port: number;
  tls: "none" | "explicit" | "implicit";
  /** With root's rights it confines its sessions by chroot and gives them to another user. */
  startedByRoot: boolean;
  /** What the sessions may see; not writable by them where they are confined to it. */
  jail: string;
  /** The only passwords that are right, one a line; read at each login. */
  passwordsFile: string;
  emptyFolder: string;
  logFile: string;
  certificateFile: string;
  keyFile: string;
  maxBytesPerSecond: number;
  greeting: string;
}

/** The user of the sessions where root starts vsftpd: without rights, and with a home that exists, which it asks for. */
export const SESSION_USER = { name: "daemon", uid: 1, gid: 1 };

/**
 * The text of a vsftpd.conf(5) for one account that needs neither a user on this machine nor PAM: an anonymous login
 * whose "e-mail address" must be in a list (secure_email_list_enable).
 */
export function vsftpdSettings(settings: VsftpdSettings): string {
  const lines: Record<string, string | number | boolean> = {
    listen: true,
    listen_address: "127.0.0.1",
    listen_port: settings.port,
    background: false,
    session_support: false,
    // Outside what the kernel hands out to those who ask for any free port.
    pasv_min_port: 61_000,
    pasv_max_port: 65_535,
    delay_failed_login: 0,
    ftpd_banner: settings.greeting,

    anonymous_enable: true,
    local_enable: false,
    secure_email_list_enable: true,
    email_password_file: settings.passwordsFile,
    ftp_username: SESSION_USER.name,
    ...(settings.startedByRoot
      ? { nopriv_user: "nobody", secure_chroot_dir: settings.emptyFolder }
      : { run_as_launching_user: true }),
    // A network of their own for its sessions: nobody is kept out by it here, and each login takes longer.
    isolate: false,
    isolate_network: false,

    anon_root: settings.jail,
    write_enable: true,
    anon_upload_enable: true,
    anon_mkdir_write_enable: true,
    anon_other_write_enable: true,
    anon_world_readable_only: false,
    anon_umask: "022",
    anon_max_rate: settings.maxBytesPerSecond,

    xferlog_enable: true,
    log_ftp_protocol: true,
    vsftpd_log_file: settings.logFile,
  };
  if (settings.tls !== "none") {
    Object.assign(lines, {
      ssl_enable: true,
      implicit_ssl: settings.tls === "implicit",
      allow_anon_ssl: true,
      force_anon_logins_ssl: true,
      force_anon_data_ssl: true,
      require_ssl_reuse: true,
      ssl_ciphers: "HIGH",
      rsa_cert_file: settings.certificateFile,
      rsa_private_key_file: settings.keyFile,
    });
  }
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${typeof value === "boolean" ? (value ? "YES" : "NO") : value}\n`)
    .join("");
}
