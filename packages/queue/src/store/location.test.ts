import assert from "node:assert/strict";
import { test } from "node:test";
import { locationName } from "./location.ts";

test("location: it is named without its user, who may have a password behind him", () => {
  assert.equal(locationName({ path: "/srv/dwld.sqlite" }), "/srv/dwld.sqlite");
  assert.equal(locationName({ url: "postgres://ann:geheim@db:6432/dwld" }), "postgres://db:6432/dwld");
  const socket = { url: "postgres://ann@/dwld?host=/run/postgresql" };
  assert.equal(locationName(socket), "postgres:///dwld?host=/run/postgresql");
});
