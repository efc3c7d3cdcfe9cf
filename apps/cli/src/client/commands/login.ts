import { Command } from "commander";
import { Role } from "@dwld/rpc";
import { withExamples } from "../../command-line/help.ts";
import { serverArgument } from "../../command-line/server-address.ts";
import { readLogins, writeLogins } from "../connection/logins.ts";
import { readToken } from "../connection/read-token.ts";
import { checkToken } from "../connection/token-text.ts";
import { identityText } from "../render/access-lines.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld login [SERVER]` */
export function build(run: RunInSession): Command {
  const command = new Command("login")
    .summary("store a token for a server")
    .description(
      "Reads a token from stdin, or asks for it without showing it, tries it, and stores it in ~/.config/dwld/logins.json, which only you may read. Commands then call that server, unless --server names another or an api of this machine has a socket. A token is never an argument, since other users see those. DWLD_TOKEN in the environment goes before what is stored. With --fingerprint, the certificate of the server is stored, too: no other is accepted from then on.",
    )
    .argument("[server]", "its address; default: --server", serverArgument)
    .action(async (server: string | undefined) =>
      run(command, async ({ connect, fingerprint, server: own, env, output, input, signal }) => {
        const target = server ?? own;
        const token = checkToken(await readToken(input, output, signal), "that");
        const { access } = connect({ server: target, token });
        const { identity } = await access.getIdentity({}, { signal });
        if (identity === undefined || (identity.name === "local" && identity.role === Role.ADMIN)) {
          output.complain(`${target} asks for no token: everybody who reaches it is an admin. Nothing was stored`);
          return 1;
        }
        const { tokens, fingerprints } = readLogins(env);
        writeLogins(env, {
          server: target,
          tokens: { ...tokens, [target]: token },
          fingerprints: { ...fingerprints, ...(fingerprint === undefined ? {} : { [target]: fingerprint }) },
        });
        output.say(`logged in to ${target} as ${identityText(identity)}`);
        if (crossesNetwork(target))
          output.complain(`the token crosses the network in the clear: whoever listens has it; https:// needs api.tls`);
        return 0;
      }),
    );
  return withExamples(
    command,
    "dwld login https://nas.example:8890",
    "dwld --fingerprint AB:CD:... login https://nas.example:8890",
    "dwld login http://127.0.0.1:8890 < token",
    "dwld --server nas:8890 login < token",
  );
}

function crossesNetwork(server: string): boolean {
  const { protocol, hostname } = new URL(server);
  return protocol === "http:" && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
