import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { startProgram, untilReady } from "./foreground-program.ts";

/** Starts a real nginx with these `server` blocks, one of which listens on `port` of 127.0.0.1. */
export async function startNginx(folder: string, servers: string, port: number): Promise<AsyncDisposable> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder};`);
  const settings = `daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
${servers}}
`;
  const file = join(folder, "nginx.conf");
  await writeFile(file, settings);
  const program = startProgram(["nginx", "-e", "stderr", "-p", folder, "-c", file]);
  await untilReady("nginx", program, async () => {
    const socket = connect(port, "127.0.0.1");
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    const isReady = await promise;
    socket.destroy();
    return isReady;
  });
  return {
    [Symbol.asyncDispose]: async () => {
      // It writes over its environment, in which other programs are found by their marker. The master ends its workers.
      program.kill("SIGTERM");
      await program.waitForEnd(5000);
    },
  };
}
