import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execa } from "execa";
import { openWayOut } from "../way-out.ts";

/**
 * Prints as JSON what a program inside the way out reaches of a server on 127.0.0.1: by itself, by the egress proxy, and by a
 * stage's own proxy with a password.
 */
const environment = { PATH: process.env["PATH"] ?? "" };
const seen: (string | undefined)[] = [];
const server = createServer((request, response) => {
  seen.push(request.headers["proxy-authorization"]);
  response.end("reached");
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const own = `http://me:secret@127.0.0.1:${port}`;
const way = await openWayOut({ wall: "auto", ownProxies: [own], environment, judge: () => undefined });

async function ask(url: string, proxy = ""): Promise<string> {
  const [program, ...words] = way.enter(["curl", "-sS", "--max-time", "10", "--noproxy", "", "-x", proxy, url]);
  const { stdout, stderr } = await execa(program, words, { env: environment, extendEnv: false, reject: false });
  return stdout || stderr.replace(/ port \d+.*/, "");
}

const target = `http://127.0.0.1:${port}/`;
const said = {
  unwalled: way.unwalled,
  direct: await ask(target),
  byProxy: await ask(target, way.urls.url),
  byProxy6: await ask(target, way.urls.ipv6Url),
  byOwn: await ask("http://video.example/", way.urls.relays?.get(own)),
  login: seen.at(-1),
};
await way.close();
server.close();
process.stdout.write(JSON.stringify(said));
