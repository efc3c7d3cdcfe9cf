import assert from "node:assert/strict";
import { test } from "node:test";
import type { DatabaseSettings } from "./complete-database.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { isAddress, readPostgresUrl } from "./postgres-url.ts";

const settings = (database: object): DatabaseSettings =>
  parseConfiguration(JSON.stringify({ data: "/srv", database }), { file: "/etc/dwld/dwld.yaml" }).database;

const verify = { mode: "verify" };
const none = { mode: "none" };

test("database: a server on the network is verified, one of this machine needs no TLS, if nothing else is written", () => {
  const tlsOf = (url: string, more: object = {}) => {
    const database = settings({ url, ...more });
    assert.ok("url" in database);
    return [database.tls, database.directTls];
  };
  for (const url of ["postgres://db/dwld", "postgresql://dwld@192.0.2.1:6432/dwld", "postgres://[2001:db8::1]/dwld"])
    assert.deepEqual(tlsOf(url), [verify, verify], url);
  const socket = "postgres://dwld@/dwld?host=/run/postgresql";
  for (const url of ["postgres://localhost/dwld", "postgres://dwld@127.0.0.1/dwld", "postgres://[::1]/dwld", socket])
    assert.deepEqual(tlsOf(url), [none, none], url);
  assert.deepEqual(tlsOf("postgres://localhost,db/dwld"), [verify, verify], "one of them is elsewhere");
  const pooler = "postgres://127.0.0.1:6432/dwld";
  const directUrl = "postgres://db/dwld";
  assert.deepEqual(tlsOf(pooler, { directUrl }), [none, verify], "a pooler of this machine before a server elsewhere");
  assert.deepEqual(tlsOf(pooler, { directUrl, tls: verify }), [verify, verify]);
  assert.deepEqual(tlsOf(directUrl, { tls: none }), [none, none]);
  const caFile = "ca.pem";
  assert.deepEqual(tlsOf(pooler, { directUrl, tls: { caFile } }), [none, { ...verify, caFile: "/etc/dwld/ca.pem" }]);
});

test("database: its files are sought beside the configuration file, and the direct address is that of the other one", () => {
  const url = "postgres://dwld@/dwld?host=/run/postgresql";
  assert.deepEqual(settings({ url, passwordFile: "p", owner: { user: "o", passwordFile: "/q" } }), {
    ...{ url, directUrl: url, tls: none, directTls: none },
    passwordFile: "/etc/dwld/p",
    owner: { user: "o", passwordFile: "/q" },
  });
});

test("PostgreSQL address: user, host, socket, port and database are read as libpq reads them", () => {
  const read = (text: string) => {
    const address = readPostgresUrl(text);
    assert.ok(isAddress(address), text);
    return [address.user, address.servers.map(({ host, port }) => `${host} ${port}`).join(), address.database];
  };
  assert.deepEqual(read("postgres://db.example/dwld"), [undefined, "db.example 5432", "dwld"]);
  assert.deepEqual(read("postgresql://an%40na@[::1]:6543/my%20db"), ["an@na", "::1 6543", "my db"]);
  assert.deepEqual(read("postgres://one,two:6543,[::1]/dwld"), [undefined, "one 5432,two 6543,::1 5432", "dwld"]);
  assert.deepEqual(read("postgres:///dwld?host=/run/postgresql"), [undefined, "/run/postgresql 5432", "dwld"]);
  assert.deepEqual(read("postgres://u@/dwld?host=/tmp/a%20b&port=5433"), ["u", "/tmp/a b 5433", "dwld"]);
  assert.deepEqual(read("postgres://u@%2Frun%2Fpostgresql/dwld"), ["u", "/run/postgresql 5432", "dwld"]);
});
