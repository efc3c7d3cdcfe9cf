/** Where an installed dwld lies: deploy/install and deploy/uninstall have the same paths. */
export type MachinePlaces = {
  /** The link to the program that is to run, which units, command and people follow. */
  readonly link: string;
  /** A folder for each program: the current one, and the one before as the way back. */
  readonly programs: string;
  /** The way back, and an upgrade that was interrupted (record.ts). */
  readonly record: string;
  /** Locked by the upgrade that is in work. */
  readonly lock: string;
  readonly units: string;
  readonly backups: string;
  readonly configuration: string;
  /** For a start of another version that touches nothing. */
  readonly rehearsal: string;
  readonly rehearsalUnits: string;
};

export const machinePlaces: MachinePlaces = {
  link: "/opt/dwld",
  programs: "/opt/dwld-programs",
  record: "/opt/dwld-programs/record.json",
  lock: "/opt/dwld-programs/lock",
  units: "/etc/systemd/system",
  backups: "/var/backups/dwld",
  configuration: "/etc/dwld/dwld.yaml",
  rehearsal: "/var/lib/dwld-rehearsal",
  rehearsalUnits: "/run/systemd/system",
};
