import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { handSecrets } from "./hand-secrets.ts";

const nobody = 65_534;

test(
  "hand secrets: one of root's is handed to another user as a unit gets it, and is gone afterwards; others are not copied",
  { skip: process.geteuid?.() !== 0 && "only root can hand secrets" },
  (t) => {
    const own = mkdtempSync(join(tmpdir(), "dwld-hand-"));
    // The secret of root's, as a unit of root's would read it: nothing is written to /etc here.
    process.env["CREDENTIALS_DIRECTORY"] = own;
    t.after(() => {
      delete process.env["CREDENTIALS_DIRECTORY"];
      rmSync(own, { recursive: true });
    });
    writeFileSync(join(own, "database_password"), "geheim\n", { mode: 0o400 });
    const paths = ["/etc/dwld/secrets/database/password", "/home/somebody/password"];
    let folder = "";
    {
      using handed = handSecrets(paths, { uid: nobody, gid: nobody });
      folder = handed.environment["CREDENTIALS_DIRECTORY"] ?? "";
      assert.match(folder, /^\/run\/./);
      const file = join(folder, "database_password");
      assert.equal(readFileSync(file, "utf8"), "geheim");
      assert.deepEqual([statSync(file).uid, statSync(file).mode & 0o777], [nobody, 0o400]);
      assert.deepEqual([statSync(folder).uid, statSync(folder).mode & 0o777], [nobody, 0o700]);
    }
    assert.ok(!existsSync(folder));
    using none = handSecrets(["/home/somebody/password"], { uid: nobody, gid: nobody });
    assert.deepEqual(none.environment, {});
  },
);
