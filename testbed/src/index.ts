/** Stand-ins for the world outside, all of them real programs on loopback: for tests and for the demonstration. */
export { documentedCommands } from "./documented-commands.ts";
export { DeadlineError, eventually, type EventuallyOptions } from "./eventually.ts";
export type { FtpServer, FtpServerOptions, FtpTls } from "./ftp-server.ts";
export { freePort, freePorts, onFreePort } from "./free-port.ts";
export { descendants, livingProcesses, processesBelow, stillLiving, type LivingProcess } from "./living-processes.ts";
export { startMemcached, type Memcached, type MemcachedOptions } from "./memcached.ts";
export { startProftpd, type ProftpdOptions } from "./proftpd.ts";
export { startSampleSite, type SampleSite, type SampleSiteOptions, type SiteVideoChange } from "./sample-site.ts";
export type { Fault, SitePlaylist, SiteRequest, SiteVideo } from "./site-table.ts";
export { makeHls, makeLargeVideo, makeVideo, type SampleVideo } from "./videos.ts";
export { MountError, mountSmallDisk, type SmallDisk } from "./small-disk.ts";
export { startDwld, type Dwld, type DwldApp, type DwldOptions, type DwldStop } from "./processes.ts";
export type { Section } from "./dwld-configuration.ts";
export { ProgramError, type ProgramEnd } from "./foreground-program.ts";
export { cut, type FtpAnswer, type FtpScript, loss, silence } from "./scripted-ftp/ftp-script.ts";
export { startScriptedFtp, type ScriptedFtpServer } from "./scripted-ftp/scripted-ftp-server.ts";
export { startVsftpd } from "./vsftpd.ts";
export { waitForTask } from "./wait-for-task.ts";
