/** The guarantees that the scenario shows, in its order. It prints `ok` and the guarantee. */
export const guarantees = [
  "make install without root changes nothing and says so",
  "make install with a port taken changes nothing and names the port",
  "make install beside another dwld changes nothing and names its unit",
  "make install puts up the user, the command and four running units",
  "make install puts the manual page and the completion where man and the shells look",
  "make install of another version: what runs is the new one",
  "an upgrade hands each secret to the unit that uses it, by the settings as they were",
  "make install a second time changes nothing",
  "each unit reads its own credentials, cookies and key, and none of another unit's, by no way through the processes",
  "a link is delivered by the installed units, with a password that only root can read",
  "a unit that is killed is started again, and what it was doing arrives all the same",
  "a unit that is frozen is noticed by its watchdog, killed and started again",
  "each unit runs on while the others are stopped",
  "a wrong configuration stops a unit once, with its reason in the journal",
  "a reload takes new settings over without a restart, and a wrong file fails it and changes nothing",
  "the journal holds the priorities, and no secret",
  "dwld logs finds the lines of a task in the journal",
  "a second worker is one more instance of the unit",
  "in the unit of a worker, a network namespace and sandboxes stand",
  "a browser gets the page, and a file that waits for its delivery",
  "stopping the target leaves no process behind",
  "after a power cut everything comes up by itself, and what waited is delivered",
  "make uninstall keeps tasks, videos and settings, and a later install finds them",
  "PURGE=1 leaves nothing",
] as const;

/** The same of the Debian package. */
export const packageGuarantees = [
  "the package beside a make install changes nothing and says so",
  "the package asks nothing, and puts up the user, the command and three running units",
  "the package has its manual page, its completions and its documents where they are looked for",
  "a link is delivered by the units of the package",
  "make install beside the package changes nothing and says so",
  "an upgrade backs up the table, keeps edited settings, restarts each unit once, and what was in work arrives",
  "an upgrade whose backup fails stops nothing, says why, and is done with OWN_BACKUP=1",
  "an upgrade that cannot run with the settings stops nothing, says why, and is carried on",
  "a unit that the operator disabled or masked stays so over an upgrade",
  "a package that is removed leaves tasks, videos and settings alone, and a later one finds them",
  "a package that is purged leaves the user alone",
] as const;

/** Those of upgrades. */
export const upgradeGuarantees = [
  "an upgrade in the middle of downloads fails none, and the versions are told",
  "a second upgrade is refused while one is in work",
  "a disk without room for the program stops nothing, before and while it is copied",
  "a program that was not copied whole is not used",
  "a configuration that the new version refuses stops nothing",
  "a version that does not start here stops nothing",
  "a version that is never ready is taken back",
  "a version that ends after a while is taken back",
  "a disk without room for the backup stops nothing, before and while it is written",
  "a signal takes an upgrade back",
  "an upgrade goes on if its terminal is closed",
  "make install that was interrupted is carried on: what runs is the new version",
  "a migration that fails on the copy stops nothing",
  "a migration that fails on the table is taken back",
  "a migration that finds the disk full leaves the version before",
  "a version that migrated and does not work is taken back with the table, if nothing was written since",
  "a version that migrated and does not work stays if something was written since, and says what to do",
  "an upgrade that is killed at any step leaves a whole version, and is carried on",
  "the way back by hand is taken, and refused where the table was migrated",
  "what was in work and in the queue arrives once, over all that",
] as const;

export type Guarantee = (typeof guarantees | typeof packageGuarantees | typeof upgradeGuarantees)[number];
