import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { signProof } from "./sign-proof.ts";

const signed = { method: "RegisterDownloader", name: "дом", address: "[2001:db8::7]:8888" };
const nowMs = Date.parse("2026-01-01T00:00:00.999Z");

/** The lines of Python that stand in the contract's comment. */
function pythonOfTheContract(): string {
  const contract = readFileSync(join(import.meta.dirname, "../../../../proto/dwld/v1/registry.proto"), "utf8");
  const lines = contract.match(/^\/\/ {3}(text|right|if) .*$/gm) ?? [];
  assert.equal(lines.length, 5);
  return lines.map((line) => line.replace(/^\/\/ {3}/, "").replace("...", "raise SystemExit(3)")).join("\n");
}

/** Checks a proof as the contract says. Returns "taken" or "refused". */
function askPython({ nonce, time, hmac }: ReturnType<typeof signProof>, secret: string): string {
  const script = `
import hashlib, hmac, json, sys, time
from types import SimpleNamespace as Record
method, nonce, seconds, mac, name, address, secret = json.loads(sys.argv[1])
proof = Record(nonce=nonce, time=Record(seconds=seconds), hmac=bytes.fromhex(mac))
request, secret, nonces_of_the_last_ten_minutes = Record(name=name, address=address), secret.encode(), set()
time.time = lambda: seconds + 300
${pythonOfTheContract()}
print("taken")`;
  const given = [
    `dwld.v1.RegistryService/${signed.method}`,
    nonce,
    Number(time?.seconds),
    Buffer.from(hmac ?? []).toString("hex"),
    signed.name,
    signed.address,
    secret,
  ];
  try {
    return execFileSync("/usr/bin/python3", ["-c", script, JSON.stringify(given)], { encoding: "utf8" }).trim();
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 3) return "refused";
    throw error;
  }
}

test("proof: follows the contract, as five lines of Python check it", () => {
  const proof = signProof("geheim", signed, nowMs);
  assert.equal(askPython(proof, "geheim"), "taken");
  assert.equal(askPython(proof, "Geheim"), "refused");
  assert.equal(askPython({ ...proof, nonce: `${proof.nonce}A` }, "geheim"), "refused");
});

test("proof: depends on method, name, address, nonce, second and secret alone", () => {
  const hex = (secret: string, change: Partial<typeof signed>, atMs = nowMs, nonce = "n") =>
    Buffer.from(signProof(secret, { ...signed, ...change }, atMs, nonce).hmac ?? []).toString("hex");
  const proof = hex("geheim", {});
  // Computed with Python's hmac.
  assert.equal(proof, "1b97bd144f7e822ea8b28028b524c1ac2827aaef940a2346e1d0c6d7aa6b2adb");
  assert.equal(hex("geheim", {}, nowMs - 999), proof);
  const others = [
    hex("geheim2", {}),
    hex("geheim", { method: "UnregisterDownloader" }),
    hex("geheim", { name: "home" }),
    hex("geheim", { address: "192.0.2.7:8888" }),
    hex("geheim", {}, nowMs + 1),
    hex("geheim", {}, nowMs, "m"),
  ];
  assert.equal(new Set([proof, ...others]).size, 7);
});

test("proof: each has a nonce of its own, in the form of the contract", () => {
  const proofs = Array.from({ length: 1000 }, () => signProof("geheim", signed, nowMs));
  assert.equal(new Set(proofs.map(({ nonce }) => nonce)).size, proofs.length);
  for (const { nonce, time, hmac } of proofs) {
    assert.match(nonce ?? "", /^[\w-]{16,64}$/);
    assert.equal(hmac?.length, 32);
    assert.ok(time?.$typeName !== undefined && timestampMs(time) === nowMs - 999);
  }
});
