import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  absentCalls,
  type Architecture,
  auditNumbers,
  callFilter,
  type CallName,
  callNumbers,
  ignoredCalls,
  numberOf,
  refusedCalls,
} from "./call-filter.ts";

const triples = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" } as const;
const architectures = ["x64", "arm64"] as const;
const calls = Object.keys(callNumbers) as CallName[];

for (const architecture of architectures)
  test(`call filter: its numbers for ${architecture} are those of the kernel's table`, (context) => {
    const header = `/usr/include/${triples[architecture]}/asm/unistd_64.h`;
    if (!existsSync(header)) return context.skip(`NOT TESTED: ${header} is missing (linux-libc-dev of Debian 13)`);
    const table = readFileSync(header, "utf8");
    for (const call of calls) {
      const found = new RegExp(`^#define __NR_${call} (\\d+)$`, "m").exec(table)?.[1];
      assert.equal(numberOf(call, architecture), found === undefined ? undefined : Number(found), call);
    }
  });

type Call = { number: number; architecture: number; arguments?: readonly number[] };

/** Runs the filter as the kernel does. Returns undefined if the call is allowed, else the error it is answered by. */
function answerOf(filter: Buffer, { number, architecture, arguments: given = [] }: Call): number | undefined {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(architecture, 4);
  for (const [index, value] of given.entries()) data.writeBigUInt64LE(BigInt(value), 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at);
    const value = filter.readUInt32LE(at + 4);
    const jump = (isTrue: boolean) => 8 * filter.readUInt8(at + (isTrue ? 2 : 3));
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0;
    else if (code === 0x15) at += jump(accumulator === value);
    else if (code === 0x35) at += jump(accumulator >= value);
    else if (code === 0x45) at += jump((accumulator & value) !== 0);
    else if (code === 0x06) return value === 0x7fff0000 ? undefined : value & 0xffff;
    else assert.fail(`code ${code}`);
  }
  assert.fail("the filter ends without an answer");
}

const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];
const fastOpen = 0x20000000;

/** Asks a filter about a call by its name. */
function asking(architecture: Architecture, onlyTcp = true) {
  const filter = callFilter(architecture, onlyTcp);
  return (call: CallName, ...given: number[]) => {
    const number = numberOf(call, architecture);
    if (number === undefined) return "no such call";
    return answerOf(filter, { number, architecture: auditNumbers[architecture], arguments: given });
  };
}

for (const architecture of architectures)
  test(`call filter: on ${architecture}, each call is answered as its list says`, () => {
    const ask = asking(architecture);
    const has = (call: CallName) => numberOf(call, architecture) !== undefined;
    for (const call of refusedCalls) assert.equal(ask(call), EPERM, call);
    for (const call of absentCalls) assert.equal(ask(call), ENOSYS, call);
    for (const call of ignoredCalls.filter(has)) assert.equal(ask(call), 0, call);
    // CLONE_THREAD and its companions; SIGCHLD; then each kind of namespace.
    for (const flags of [0x3d0f00, 17]) assert.equal(ask("clone", flags), undefined);
    for (const flags of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
      assert.equal(ask("clone", 17 | flags), EPERM);
    assert.equal(ask("prlimit64", 0, 2), undefined);
    assert.equal(ask("prlimit64", 4711, 2), EPERM);
    assert.equal(ask("prctl", 38), undefined);
  });

for (const architecture of architectures)
  test(`call filter: on ${architecture}, streams of TCP are the only sockets, unless the network is as it was`, () => {
    const ask = asking(architecture);
    for (const family of [2, 10])
      for (const type of [1, 1 | 0x800, 1 | 0x80000])
        for (const protocol of [0, 6]) assert.equal(ask("socket", family, type, protocol), undefined);
    // UDP, raw, MPTCP; UNIX, netlink, packets.
    for (const [type, protocol] of [
      [2, 0],
      [3, 6],
      [1, 262],
    ] as const)
      assert.equal(ask("socket", 2, type, protocol), EPERM);
    for (const family of [1, 16, 17]) assert.equal(ask("socket", family, 1, 0), EAFNOSUPPORT);
    assert.equal(ask("sendto", 3, 0, 0, 0x4000), undefined);
    assert.equal(ask("sendto", 3, 0, 0, fastOpen), EPERM);
    assert.equal(ask("sendmsg", 3, 0, fastOpen), EPERM);
    assert.equal(ask("sendmmsg", 3, 0, 1, fastOpen), EPERM);
    const asBefore = asking(architecture, false);
    assert.equal(asBefore("socket", 1, 2, 0), undefined);
    assert.equal(asBefore("sendto", 3, 0, 0, fastOpen), undefined);
  });

test("call filter: calls of another architecture, or of x32, are answered as absent", () => {
  const [x64, arm64] = [callFilter("x64", true), callFilter("arm64", true)];
  assert.equal(answerOf(x64, { number: 0, architecture: auditNumbers.arm64 }), ENOSYS);
  assert.equal(answerOf(arm64, { number: 0, architecture: auditNumbers.x64 }), ENOSYS);
  // The old calls of 32 bits, by the same process.
  assert.equal(answerOf(x64, { number: 102, architecture: 0x40000003 }), ENOSYS);
  assert.equal(answerOf(x64, { number: 0x40000000 + 41, architecture: auditNumbers.x64 }), ENOSYS);
});
