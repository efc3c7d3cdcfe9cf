import * as z from "zod";
import { isAddress, readPostgresUrl } from "./postgres-url.ts";
import { judged, oneOf, path, text } from "./values.ts";

function postgresUrl() {
  const right = "an address such as postgres://dwld@db.example/dwld or postgres://dwld@/dwld?host=/run/postgresql";
  const judge = (value: string) => {
    const read = readPostgresUrl(value);
    return isAddress(read) ? undefined : read;
  };
  return judged(z.string({ error: right }), judge, right);
}

/** The section `database`. database-checks.ts checks its keys against each other. */
export const database = z.strictObject({
  path: path("/var/lib/dwld/dwld.sqlite")
    .exactOptional()
    .describe("The task table, an SQLite file. Default: dwld.sqlite below data."),
  url: postgresUrl()
    .exactOptional()
    .describe(
      "In place of path: the task table in a PostgreSQL database, such as postgres://dwld@db.example/dwld, which several machines may share. Of several hosts, with commas between them, the one that takes writes is used.",
    ),
  passwordFile: path("/etc/dwld/secrets/database/password")
    .exactOptional()
    .describe("A file that holds the password of the user of url and nothing else."),
  directUrl: postgresUrl()
    .exactOptional()
    .describe(
      "The same database past a pooler such as pgbouncer, which passes on no notifications. Default: url, which then leads to PostgreSQL itself.",
    ),
  tls: z
    .strictObject({
      mode: oneOf(["verify", "none"])
        .exactOptional()
        .describe(
          "verify: TLS, with the server's certificate and name verified; none: no TLS. Default: verify; none for addresses of this machine and UNIX sockets.",
        ),
      caFile: path("/etc/dwld/postgres-ca.pem")
        .exactOptional()
        .describe(
          "A PEM file with the authority that signed the server's certificate. Default: the authorities that Node knows.",
        ),
    })
    .prefault({}),
  owner: z
    .strictObject({
      user: text("the user that owns the tables, such as dwld_owner").describe(
        "The user that makes and changes the tables, if the user of url may not.",
      ),
      passwordFile: path("/etc/dwld/database-owner-password")
        .exactOptional()
        .describe("A file that holds its password and nothing else."),
    })
    .exactOptional(),
});
