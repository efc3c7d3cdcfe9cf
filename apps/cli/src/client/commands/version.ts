import { Command } from "commander";
import type { Process } from "@dwld/rpc";
import { oneLine } from "@dwld/text";
import { fieldLines } from "../render/field-lines.ts";
import { explain, type Session } from "../session.ts";
import { withExamples } from "../../command-line/help.ts";
import type { RunInSession } from "../run-in-session.ts";

/** How long an api may take to answer; the version of the command is known without it. */
const statusTimeoutMs = 3000;

/** The document of `--json`; a server has a version, or the failure of the call. */
type Answer = {
  server: { address: string; version?: string; failure?: string };
  processes: { app: string; host: string; version: string; ytdlpVersion?: string }[];
};

/** `dwld version` */
export function build(run: RunInSession): Command {
  const command = new Command("version")
    .summary("versions of this command, of the server and of yt-dlp")
    .description(
      "Shows the version of this command, of the server, and of its workers and senders with the yt-dlp they " +
        "use. A server that does not answer is no failure.",
    )
    .option("--json", "the same as one line of JSON")
    .action(async () =>
      run(command, async (session) => {
        const { version } = session;
        const answer = await ask(session);
        if (session.output.json) session.output.value({ version, ...answer });
        else session.output.say(...versionPage(version, answer));
        return 0;
      }),
    );
  return withExamples(command, "dwld version", "dwld version --json | jq -r '.processes[].ytdlpVersion // empty'");
}

async function ask(session: Session): Promise<Answer> {
  const { client, server: address, signal } = session;
  try {
    const { version, processes } = await client.getStatus({}, { signal, timeoutMs: statusTimeoutMs });
    const others = processes.filter(({ app, alive }) => alive && app !== "api");
    return { server: { address, version: oneLine(version) }, processes: others.map(told) };
  } catch (error) {
    signal.throwIfAborted();
    return { server: { address, failure: explain(session, error) }, processes: [] };
  }
}

function told({ app, host, version, ytdlpVersion }: Process): Answer["processes"][number] {
  return {
    app: oneLine(app),
    host: oneLine(host),
    version: oneLine(version),
    ...(ytdlpVersion !== "" && { ytdlpVersion: oneLine(ytdlpVersion) }),
  };
}

function versionPage(version: string, { server, processes }: Answer): string[] {
  // A server that is reached by its socket runs on the machine of the command, where both should have one version.
  const isOld = server.address.startsWith("unix:") && server.version !== version;
  return fieldLines([
    ["dwld", version],
    ["server", server.failure ?? `${server.version} at ${server.address}${isOld ? runsOn : ""}`],
    ...processes.map((each): [string, string] => [
      each.app,
      `${each.version}${each.version === server.version ? "" : runsOn}${each.ytdlpVersion === undefined ? "" : `, yt-dlp ${each.ytdlpVersion}`}`,
    ]),
  ]);
}

/** A process keeps its version until it is restarted, and those of several machines are upgraded one after the other. */
const runsOn = " (not the version above; systemctl restart 'dwld-*' on its machine if that was upgraded)";
