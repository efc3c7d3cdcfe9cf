import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Command, InvalidArgumentError } from "commander";
import { CreateTokenResponseSchema, ListTokensResponseSchema, RevokeTokenResponseSchema, Role } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { withExamples } from "../../command-line/help.ts";
import { tokenLines } from "../render/access-lines.ts";
import type { RunInSession } from "../run-in-session.ts";
import { momentArgument } from "./argument-readers.ts";
import { eachName } from "./each-task.ts";
import { withJson } from "./common-options.ts";

const roles = new Map([
  ["admin", Role.ADMIN],
  ["user", Role.USER],
  ["viewer", Role.VIEWER],
]);

/** `dwld token create|list|revoke` */
export function build(run: RunInSession): Command {
  const token = new Command("token")
    .summary("tokens for bots and people: create, list, revoke")
    .description(
      "Decides who may call the api. Until the first token is made, everybody who reaches it is an admin; from then on a call over TCP needs one. On its own machine the command uses a UNIX socket (api.socket), which needs none.",
    );
  for (const command of [create(run), list(run), revoke(run)]) token.addCommand(command);
  return token;
}

type CreateOptions = { role?: Role; chat?: string[]; expires?: number };

function create(run: RunInSession): Command {
  const command = new Command("create")
    .summary("make a token, and print it once")
    .description(
      "Makes a token and prints it, alone on stdout. The server keeps a hash of it: nobody can show it again. A user adds, sees, watches, cancels and cleans tasks; a viewer looks; an admin may do everything. With --chat, tasks of other chats do not exist for it; without, it has every chat, as a bot that serves many people needs.",
    )
    .argument("<name>", "who uses it, such as telegram-bot")
    .option("--role <role>", "admin, user or viewer (default: user)", roleArgument)
    .option("--chat <id>", "a chat that it is bound to; may be given up to 20 times", chatArgument)
    .option("--expires <time>", "when it ends: 90d from now, or 2027-12-31 (default: never)", momentArgument)
    .action(async (name: string, { role = Role.USER, chat = [], expires }: CreateOptions) =>
      run(command, async ({ access, output, signal }) => {
        const answer = await access.createToken(
          { name, role, chatIds: chat, ...(expires === undefined ? {} : { expireTime: timestampFromMs(expires) }) },
          { signal },
        );
        if (output.json) output.document(CreateTokenResponseSchema, answer);
        else {
          output.complain(`the token of ${name}, shown once; store it with dwld login where it is used:`);
          output.say(oneLine(answer.secret));
        }
        return 0;
      }),
    );
  withJson(command, "one CreateTokenResponse");
  return withExamples(
    command,
    "dwld token create telegram-bot",
    "dwld token create family --chat 42 --chat 43 --expires 90d",
    "dwld token create monitor --role viewer > token",
  );
}

function list(run: RunInSession): Command {
  const command = new Command("list")
    .summary("tokens and their last use")
    .description("Lists the tokens in force, with their role, chats, end and last use.")
    .option("--all", "those that were revoked or have expired too, as always with --json")
    .action(async ({ all = false }: { all?: boolean }) =>
      run(command, async ({ access, output, clock, signal }) => {
        const answer = await access.listTokens({}, { signal });
        if (output.json) output.document(ListTokensResponseSchema, answer);
        else output.say(...tokenLines(answer.tokens, { all, nowMs: clock.nowMs(), columns: output.columns }));
        return 0;
      }),
    );
  withJson(command, "one ListTokensResponse");
  return withExamples(command, "dwld token list", "dwld token list --all");
}

function revoke(run: RunInSession): Command {
  const command = new Command("revoke")
    .summary("end tokens at once")
    .description("Revokes tokens: their next call is refused, and their streams end now. Nothing needs a restart.")
    .argument("<name...>", "names of tokens, or their ids")
    .action(async (names: string[]) =>
      run(command, async (session) => {
        const { access, output, signal } = session;
        return eachName(session, names, async (name) => {
          const answer = await access.revokeToken({ name }, { signal });
          if (output.json) output.document(RevokeTokenResponseSchema, answer);
          else output.say(`${name}  revoked`);
        });
      }),
    );
  withJson(command, "one RevokeTokenResponse a line and token");
  return withExamples(command, "dwld token revoke telegram-bot");
}

function roleArgument(text: string): Role {
  const role = roles.get(text.toLowerCase());
  if (role === undefined) throw new InvalidArgumentError(`The roles are ${[...roles.keys()].join(", ")}.`);
  return role;
}

function chatArgument(text: string, before: readonly string[] = []): string[] {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return [...before, text];
}
