import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFeatures } from "./features.ts";

const proftpd = `211-Features:
 EPSV
 HASH CRC32;MD5;SHA-1*;SHA-256;SHA-512;
 MD5
 MLST modify*;perm*;size*;type*;
 REST STREAM
 SIZE
 UTF8
 XCRC
 XMD5
 XSHA1
 XSHA256
 XSHA512
211 End`;

test("FTP features: those of ProFTPD 1.3.8 with mod_digest", () => {
  const { utf8, machineListing, restart, hashes } = parseFeatures(proftpd);
  assert.deepEqual([utf8, machineListing, restart], [true, true, true]);
  assert.deepEqual(
    hashes.map(({ command, name }) => name ?? command),
    ["SHA-256", "XSHA256", "SHA-1", "XSHA1", "MD5", "MD5", "XMD5", "CRC32", "XCRC"],
  );
});

test("FTP features: those of vsftpd 3.0.5", () => {
  const reply = "211-Features:\n EPRT\n EPSV\n MDTM\n PASV\n REST STREAM\n SIZE\n TVFS\n211 End";
  const { utf8, machineListing, restart, hashes } = parseFeatures(reply);
  assert.deepEqual([utf8, machineListing, restart, hashes], [false, false, true, []]);
});

test("FTP features: lines without indentation, with the code, in lower case, or with facts behind them are understood", () => {
  const reply =
    '211-Extensions\nutf8\n211-REST STREAM\n\tMLst size*;\n XCRC "file" SP EP\n xsha256 filename;start;end\n211 END';
  const { lines, utf8, machineListing, restart, hashes } = parseFeatures(reply);
  assert.deepEqual([utf8, machineListing, restart], [true, true, true]);
  assert.deepEqual(
    hashes.map(({ command }) => command),
    ["XSHA256", "XCRC"],
  );
  assert.equal(lines[1], "REST STREAM");
});

for (const reply of ["", "211 No features", "500 Unknown command.", "211-Features:\n211 End", "211-a\n REST\n211 b"])
  test(`FTP features: none in ${JSON.stringify(reply)}`, () => {
    const { utf8, machineListing, restart, hashes } = parseFeatures(reply);
    assert.deepEqual([utf8, machineListing, restart, hashes], [false, false, false, []]);
  });

test("FTP features: unknown algorithms, and names that every object has, are left out", () => {
  const reply = "211-F\n HASH SHA-512;__proto__;;constructor\n constructor\n __proto__ x\n toString\n211 End";
  assert.deepEqual(parseFeatures(reply).hashes, []);
});
