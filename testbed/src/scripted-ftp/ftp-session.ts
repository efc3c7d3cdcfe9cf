import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { ftpCommands } from "./ftp-commands.ts";
import { cut, type FtpAnswer, type FtpScript, silence } from "./ftp-script.ts";
import type { FtpState, FtpWorld } from "./ftp-state.ts";

/** Serves a control connection until it ends. */
export async function serveFtpSession(socket: Socket, world: FtpWorld): Promise<void> {
  const { commands, script } = world;
  const say = (line: string) => write(socket, `${line}\r\n`, world.script);
  const answer = async (given: FtpAnswer) => {
    if (given === cut) socket.resetAndDestroy();
    else if (given !== silence) await say(given);
  };
  const state: FtpState = {
    ...{ world, say, user: "", loggedIn: false, folder: "/", startAt: 0 },
    ...{ renamed: undefined, hashName: "SHA-256", data: undefined },
  };
  socket.setNoDelay(true);
  // Handled even while a command waits for its data.
  socket.once("close", () => state.data?.close());
  try {
    await answer((await script.onCommand?.("")) ?? "220 Ready");
    for await (const line of createInterface({ input: socket })) {
      commands.push(line.startsWith("PASS") ? "PASS" : line);
      await answer((await world.script.onCommand?.(line)) ?? (await carryOut(state, line)));
    }
  } finally {
    socket.destroy();
  }
}

const beforeLogin = new Set(["USER", "PASS", "FEAT", "QUIT"]);

async function carryOut(state: FtpState, line: string): Promise<FtpAnswer> {
  const [, word = "", argument = ""] = /^(\S+) ?(.*)$/u.exec(line) ?? [];
  const command = Object.hasOwn(ftpCommands, word) ? ftpCommands[word] : undefined;
  if (command === undefined) return "502 Command not implemented.";
  if (!state.loggedIn && !beforeLogin.has(word)) return "530 Please login with USER and PASS.";
  try {
    return await command(state, argument);
  } catch (error) {
    return `550 ${error instanceof Error ? error.message : ""}`;
  } finally {
    if (word !== "REST") state.startAt = 0;
  }
}

async function write(socket: Socket, text: string, { inPieces = false }: FtpScript): Promise<void> {
  const bytes = Buffer.from(text);
  const pieces = inPieces ? Array.from(bytes, (byte) => Buffer.of(byte)) : [bytes];
  for (const piece of pieces)
    // After the kernel has one, and others had their turn, the next byte is another packet.
    await new Promise<void>((resolve) => void socket.write(piece, () => setImmediate(resolve)));
}
