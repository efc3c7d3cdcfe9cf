import { daemonUser, startFtpServer, type FtpServer, type FtpServerOptions, type FtpSettings } from "./ftp-server.ts";

/** A real vsftpd: without hashes, and resuming by REST and APPE. */
export function startVsftpd(options: FtpServerOptions = {}): Promise<FtpServer> {
  return startFtpServer(
    {
      name: "vsftpd",
      // An account that needs neither a user on this machine nor PAM: an anonymous login whose "e-mail address" must
      // be in a list (secure_email_list_enable).
      user: "anonymous",
      // It complains on its standard input: to the client, were it started by inetd.
      command: (settingsFile) => ["sh", "-c", 'exec "$@" 0>&1', "sh", "vsftpd", settingsFile],
      settings: settingsText,
      passwords: async (password) => `${password}\n`,
      login: /OK LOGIN/,
    },
    options,
  );
}

/** The text of a vsftpd.conf(5). */
function settingsText(settings: FtpSettings): string {
  const lines: Record<string, string | number | boolean> = {
    listen: true,
    listen_address: settings.host,
    listen_port: settings.port,
    background: false,
    session_support: false,
    // Outside the range from which the kernel chooses free ports.
    pasv_min_port: 61_000,
    pasv_max_port: 65_535,
    delay_failed_login: 0,
    ftpd_banner: settings.greeting,

    anonymous_enable: true,
    local_enable: false,
    secure_email_list_enable: true,
    email_password_file: settings.passwordsFile,
    ftp_username: daemonUser.name,
    ...(settings.startedByRoot
      ? { nopriv_user: "nobody", secure_chroot_dir: settings.ownFolder }
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
    max_clients: settings.maxSessions,

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
