/** Real programs on loopback in place of the outside world, for tests and the demonstration. */
export { bundleDwld } from "./bundled-dwld.ts";
export { dwldCommand, dwldProgram, dwldRoot } from "./dwld-root.ts";
export { type Certificate, makeCertificate } from "./certificate.ts";
export { type ClientCertificate, makeClientAuthority, makeSelfSigned } from "./client-authority.ts";
export { documentedBlocks, documentedCommands } from "./documented-commands.ts";
export { DeadlineError, eventually } from "@dwld/timing/testing";
export type { FtpServer, FtpServerOptions, FtpTls } from "./ftp-server.ts";
export { freePort, freePorts, onFreePort } from "./free-port.ts";
export { idleYtdlp } from "./idle-ytdlp.ts";
export {
  descendants,
  livingProcesses,
  processesBelow,
  signalTo,
  stillLiving,
  type LivingProcess,
} from "./living-processes.ts";
export { takeDescriptors } from "./taken-descriptors.ts";
export { enterOwnNetwork } from "./machines/own-network.ts";
export {
  makeFleetNetworks,
  startFleet,
  type Fleet,
  type FleetApps,
  type FleetNetworks,
  type FleetOptions,
} from "./machines/fleet.ts";
export type { Machine } from "./machines/machine.ts";
export { MachineError } from "./machines/machine-error.ts";
export type { Network } from "./machines/network.ts";
export { startMemcached, type Memcached, type MemcachedOptions } from "./memcached.ts";
export { linkProgramAnswers, makeProgramAnswersFolder } from "./program-answers-folder.ts";
export { startNginx } from "./nginx.ts";
export { startProftpd, type ProftpdOptions } from "./proftpd.ts";
export { breaksSite, type Lie, type ReleaseServer, startReleaseServer } from "./release-server.ts";
export { startSampleSite, type SampleSite, type SampleSiteOptions, type SiteVideoChange } from "./sample-site.ts";
export { makePicture, type Picture, type PictureFile } from "./pictures.ts";
export type { Fault, SitePlaylist, SiteRequest, SiteVideo } from "./site-table.ts";
export { makeHls, makeLargeVideo, makeVideo, type SampleVideo } from "./videos.ts";
export { MountError, mountForTest, mountSmallDisk, type SmallDisk } from "./small-disk.ts";
export { appOf, startDwld, type Dwld, type DwldApp, type DwldOptions, type DwldStop } from "./processes.ts";
export type { Section } from "./dwld-configuration.ts";
export { accounts, databaseUrl, type Account, type DatabaseAddress } from "./postgres/accounts.ts";
export { startPgbouncer, type Pgbouncer, type PgbouncerOptions } from "./postgres/pgbouncer.ts";
export { startReplica, type PostgresReplica, type ReplicaOptions } from "./postgres/postgres-replica.ts";
export {
  startPostgres,
  type PostgresEnd,
  type PostgresOptions,
  type PostgresServer,
} from "./postgres/postgres-server.ts";
export {
  clusterSettings,
  clusterVariable,
  createDatabase,
  type DatabaseTemplate,
  freshPostgres,
  type TestDatabase,
  type TestDatabaseOptions,
  type TestLocation,
} from "./postgres/test-database.ts";
export { ProgramError, type ProgramEnd } from "./foreground-program.ts";
export { cut, type FtpAnswer, type FtpScript, loss, silence } from "./scripted-ftp/ftp-script.ts";
export { startScriptedFtp, type ScriptedFtpServer } from "./scripted-ftp/scripted-ftp-server.ts";
export { startTcpProxy, type Direction, type TcpProxy } from "./tcp-proxy.ts";
export { isThorough } from "./thorough.ts";
export { startVsftpd } from "./vsftpd.ts";
export { waitForTask } from "./wait-for-task.ts";
