import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AccessService } from "@dwld/rpc";
import { runHere } from "../../testing/run-here.ts";

test("token revoke: a name that is wrong keeps no other token in force", async (t) => {
  const revoked: string[] = [];
  const revokeToken = ({ name }: { name: string }) => {
    if (name === "nope") throw new ConnectError(`there is no token "${name}"`, Code.NotFound);
    revoked.push(name);
    return {};
  };
  const http = createServer(connectNodeAdapter({ routes: (router) => router.service(AccessService, { revokeToken }) }));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const revoke = async (...names: string[]) => await runHere(["--server", server, "token", "revoke", ...names]);
  const several = await revoke("stolen", "nope", "lost");
  assert.deepEqual(several, {
    status: 1,
    stdout: "stolen  revoked\nlost  revoked\n",
    stderr: 'dwld: nope: there is no token "nope"\n',
  });
  assert.deepEqual(revoked, ["stolen", "lost"]);
  assert.deepEqual(await revoke("nope"), { status: 1, stdout: "", stderr: 'dwld: there is no token "nope"\n' });
});
