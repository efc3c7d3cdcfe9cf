import { once } from "node:events";
import { connect } from "node:tls";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { DownloadService } from "@dwld/rpc";
import { withoutBrackets } from "@dwld/text";

/** A downloader on another machine asks for these; both are made there. */
export type Credentials = {
  /** Made by `dwld token create`. */
  readonly token: string | undefined;
  /** Printed by `dwld tls self-signed`: SHA-256 of its certificate, as "AB:CD:…". Undefined: it is called without TLS. */
  readonly fingerprint: string | undefined;
};

/** Returns a client of the downloader at an address, "host:port". @throws Error if its certificate is another one. */
export async function downloaderAt(address: string, { token, fingerprint }: Credentials) {
  const interceptors = token === undefined ? [] : [withToken(token)];
  if (fingerprint === undefined)
    return createClient(DownloadService, createGrpcTransport({ baseUrl: `http://${address}`, interceptors }));
  // The certificate itself is trusted, whoever signed it and whatever name it is for.
  const nodeOptions = { ca: await certificateOf(address, fingerprint), checkServerIdentity: () => undefined };
  const transport = createGrpcTransport({ baseUrl: `https://${address}`, nodeOptions, interceptors });
  return createClient(DownloadService, transport);
}

/**
 * Connects once, without sending anything, to get the certificate. The calls themselves do not use `rejectUnauthorized:
 * false`: Node would call no checkServerIdentity then, and send the token to anybody.
 */
async function certificateOf(address: string, fingerprint: string): Promise<string> {
  const { hostname, port } = new URL(`https://${address}`);
  const host = withoutBrackets(hostname);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    const certificate = socket.getPeerX509Certificate();
    if (certificate?.fingerprint256 !== fingerprint)
      throw new Error(`${address} has another certificate: ${certificate?.fingerprint256}`);
    return certificate.toString();
  } finally {
    socket.destroy();
  }
}

function withToken(token: string): Interceptor {
  return (next) => (call) => {
    call.header.set("authorization", `Bearer ${token}`);
    return next(call);
  };
}
