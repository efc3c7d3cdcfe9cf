import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AccessService, DownloadService } from "@dwld/rpc";
import { hasControls, hasHidden } from "@dwld/text";
import { runHere } from "../../testing/run-here.ts";

/** Sets the title of the terminal, colours what follows, and turns its direction. */
const hostile = "a\u001b]0;owned\u0007\u001b[31mred\u009b32m\u202Eb";

/** Deeper, messages repeat. */
const deepest = 5;

/** Returns a message whose texts are all hostile; of each oneof it has the first field. */
function hostileMessage(schema: DescMessage, depth = 0): Message {
  const message = create(schema) as Message & Record<string, unknown>;
  const inner = (each: DescMessage) => hostileMessage(each, depth + 1);
  for (const field of schema.fields) {
    if (field.oneof !== undefined) continue;
    const value = hostileValue(field, depth < deepest ? inner : undefined);
    if (value !== undefined) message[field.localName] = value;
  }
  for (const { localName, fields } of schema.oneofs) {
    const [field] = fields;
    const value = field === undefined || depth === deepest ? undefined : hostileValue(field, inner);
    if (value !== undefined) message[localName] = { case: field?.localName, value };
  }
  // It would never end.
  if ("nextPageToken" in message) message["nextPageToken"] = "";
  return message;
}

function hostileValue(field: DescField, inner: ((schema: DescMessage) => Message) | undefined): unknown {
  const isText = field.fieldKind !== "message" && field.fieldKind !== "enum" && field.scalar === ScalarType.STRING;
  switch (field.fieldKind) {
    case "scalar":
      return isText ? hostile : undefined;
    case "list":
      if (field.listKind === "message") return inner === undefined ? [] : [inner(field.message)];
      return isText ? [hostile, hostile] : undefined;
    case "message":
      return inner?.(field.message);
    case "map":
    case "enum":
    default:
      return undefined;
  }
}

const ofService = ({ methods }: typeof DownloadService | typeof AccessService) =>
  Object.fromEntries(
    methods.map(({ localName, methodKind, output }) => [
      localName,
      methodKind === "server_streaming"
        ? async function* stream() {
            yield hostileMessage(output);
            // Any other end is followed by another call.
            throw new ConnectError(hostile, Code.PermissionDenied);
          }
        : () => hostileMessage(output),
    ]),
  );

describe("a hostile server", () => {
  const http = createServer(
    connectNodeAdapter({
      routes: (router) => {
        router.service(DownloadService, ofService(DownloadService));
        router.service(AccessService, ofService(AccessService));
      },
    }),
  );
  let url: string;
  before(async () => {
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  after(() => {
    http.close();
    http.closeAllConnections();
  });

  const id = "01a22267-c887-78aa-aabc-1c83ecc91d3d";
  const commands = [
    ["add", "https://a.example/v"],
    ["add", "--dry-run", "https://a.example/v"],
    ["list", "--columns", "id,site,chat,user,title,link,what"],
    ["show", "last"],
    ["watch"],
    ["watch", "last"],
    ["cancel", "last"],
    ["retry", id],
    ["delete", "last"],
    ["clean", "--dry-run"],
    ["status"],
    ["stats", "--by", "chat"],
    ["sites", "--all"],
    ["hosts"],
    ["notify", "test"],
    ["token", "list", "--all"],
    ["token", "create", "bot"],
    ["whoami"],
    ["version"],
  ];
  for (const args of commands)
    test(`dwld ${args.join(" ")}: no text of a server reaches the terminal as more than text`, async () => {
      const { stdout, stderr } = await runHere(["--server", url, ...args]);
      const output = stdout + stderr;
      assert.match(output, /\S/);
      for (const line of output.split("\n"))
        assert.deepEqual([hasControls(line), hasHidden(line), line.includes("owned")], [false, false, false], line);
    });
});
