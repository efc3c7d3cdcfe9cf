import { Command } from "commander";
import { withExamples } from "../../command-line/help.ts";
import { serverArgument } from "../../command-line/server-address.ts";
import { readLogins, writeLogins } from "../connection/logins.ts";
import type { RunInSession } from "../run-in-session.ts";

/** `dwld logout [SERVER]` */
export function build(run: RunInSession): Command {
  const command = new Command("logout")
    .summary("forget the token of a server")
    .description(
      "Removes a stored token from this machine, and the fingerprint of the server. It stays in force: dwld token revoke ends it, for all who have it.",
    )
    .argument("[server]", "its address; default: --server, or that of the last login", serverArgument)
    .action(async (server: string | undefined) =>
      run(command, ({ server: own, env, output }) => {
        const logins = readLogins(env);
        const target = server ?? (logins.tokens[own] === undefined ? (logins.server ?? own) : own);
        if (logins.tokens[target] === undefined) {
          output.complain(`there is no token of ${target} here`);
          return Promise.resolve(1);
        }
        const { [target]: _token, ...tokens } = logins.tokens;
        const { [target]: _pin, ...fingerprints } = logins.fingerprints ?? {};
        const { server: last } = logins;
        writeLogins(env, { ...(last === target || last === undefined ? {} : { server: last }), tokens, fingerprints });
        output.say(`logged out of ${target}`);
        return Promise.resolve(0);
      }),
    );
  return withExamples(command, "dwld logout", "dwld logout https://nas.example:8890");
}
