/** Makes it no failure that a reader of the output has seen enough (`| head`). Repeating it changes nothing. */
export function ignoreLeavingReader(stdout: NodeJS.WriteStream): void {
  if (!stdout.listeners("error").includes(throwOthers)) stdout.on("error", throwOthers);
}

function throwOthers(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
