/** The page for a person who opens `api.http` in a browser or by curl, as text and as HTML. */
export type Welcome = { readonly text: string; readonly html: string };

type Section = { readonly title: string; readonly lines: readonly string[] };

/** @param server the address by which the reader reached it, such as "http://127.0.0.1:8890". */
export function welcomePage(server: string): Welcome {
  const sections = sectionsFor(server);
  return { text: asText(sections), html: asHtml(sections) };
}

const intro =
  "This is dwld: give it a link, and the video arrives on your FTP server, verified, or you are told exactly why not.";

function sectionsFor(server: string): readonly Section[] {
  return [
    {
      title: "The command",
      lines: [`dwld add --wait --server ${server} LINK`, `dwld status --server ${server}`, "dwld --help"],
    },
    {
      title: "The API: Connect, gRPC-Web and JSON here, gRPC at api.listen",
      lines: [
        `curl ${server}/dwld.v1.DownloadService/AddTask -H 'Content-Type: application/json' -d '{"link": "LINK"}'`,
        `curl ${server}/dwld.v1.DownloadService/ListTasks -H 'Content-Type: application/json' -d '{}'`,
      ],
    },
    {
      title: "Read on, in the folder of dwld (/opt/dwld where it is installed)",
      lines: [
        "docs/guide.md        from nothing to the first video, every setting, bots (guide.ru.md: по-русски)",
        "docs/operations.md   health, what to do when, backup (operations.ru.md: по-русски)",
        "proto/dwld/v1        the contract, for those who write a client",
      ],
    },
  ];
}

function asText(sections: readonly Section[]): string {
  const blocks = sections.map(({ title, lines }) => `${title}:\n${lines.map((line) => `  ${line}\n`).join("")}`);
  return [`${intro}\n`, ...blocks].join("\n");
}

function asHtml(sections: readonly Section[]): string {
  const blocks = sections.map(
    ({ title, lines }) => `<h2>${escapeHtml(title)}</h2>\n<pre>${lines.map(escapeHtml).join("\n")}</pre>\n`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>dwld</title>
<h1>dwld</h1>
<p>${escapeHtml(intro)}</p>
${blocks.join("")}</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);
}
