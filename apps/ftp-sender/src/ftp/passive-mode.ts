import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type Client, enterPassiveModeIPv6, type FTPContext, type FTPResponse } from "basic-ftp";
// Not in the library's index, which offers a PASV that may be sent elsewhere, and one that fails instead.
import { connectForPassiveTransfer, parsePasvResponse } from "basic-ftp/dist/transfer.js";
import type { Trust } from "./trust.ts";

/** The latest data connection of a session. */
export type DataConnection = {
  socket?: Socket | undefined;
  /** The reason why it was refused. */
  problem?: unknown;
};

/**
 * Opens data connections by EPSV, else PASV; always to the host of the control connection. The host in a PASV reply is
 * ignored: it is a private address behind a NAT router, or an attempt to make this machine connect elsewhere (RFC 2577).
 */
export function passiveMode(trust: Trust | undefined, data: DataConnection): (ftp: FTPContext) => Promise<FTPResponse> {
  let extended = true;
  return async (ftp) => {
    data.problem = undefined;
    const reply = extended ? await tryExtended(ftp) : undefined;
    extended = reply !== undefined;
    const entered = reply ?? (await enterPassive(ftp));
    const socket = ftp.dataSocket;
    data.socket = socket;
    if (trust !== undefined && socket instanceof TLSSocket)
      socket.once("secureConnect", () => {
        try {
          trust.check(socket);
        } catch (error) {
          data.problem = error;
          socket.destroy();
        }
      });
    return entered;
  };
}

async function tryExtended(ftp: FTPContext): Promise<FTPResponse | undefined> {
  try {
    return await enterPassiveModeIPv6(ftp);
  } catch (error) {
    if (ftp.closed) throw error;
    return undefined;
  }
}

async function enterPassive(ftp: FTPContext): Promise<FTPResponse> {
  const reply = await ftp.request("PASV");
  const host = ftp.socket.remoteAddress;
  if (host === undefined) throw new Error("Server closed connection unexpectedly.");
  await connectForPassiveTransfer(host, parsePasvResponse(reply.message).port, ftp);
  return reply;
}

/**
 * Lets the client's next transfer begin behind a number of bytes. REST has to come immediately before the transfer (RFC 3659
 * section 5), and so after the commands that open the data connection.
 */
export function restartAt(client: Client, bytes: number): void {
  const prepare = client.prepareTransfer;
  client.prepareTransfer = async (ftp) => {
    client.prepareTransfer = prepare;
    const entered = await prepare(ftp);
    await ftp.request(`REST ${bytes}`);
    return entered;
  };
}
