/** Returns whether systemd made a folder for this unit (RuntimeDirectory= in systemd.exec(5)). */
export function isRuntimeFolder(folder: string): boolean {
  return (process.env["RUNTIME_DIRECTORY"] ?? "").split(":").includes(folder);
}
