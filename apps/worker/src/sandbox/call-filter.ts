/** Architectures whose numbers are known, by their names in Node. */
export type Architecture = "x64" | "arm64";

/** Numbers of system calls on x86_64 and aarch64; undefined if the architecture has no such call. A test reads the kernel's. */
export const callNumbers = {
  ...{ socket: [41, 198], sendto: [44, 206], sendmsg: [46, 211], sendmmsg: [307, 269], prctl: [157, 167] },
  ...{ clone: [56, 220], clone3: [435, 435], unshare: [272, 97], setns: [308, 268] },
  ...{ io_uring_setup: [425, 425], io_uring_enter: [426, 426], io_uring_register: [427, 427] },
  ...{ ptrace: [101, 117], process_vm_readv: [310, 270], process_vm_writev: [311, 271], pidfd_getfd: [438, 438] },
  ...{ kcmp: [312, 272], bpf: [321, 280], perf_event_open: [298, 241], userfaultfd: [323, 282] },
  ...{ add_key: [248, 217], request_key: [249, 218], keyctl: [250, 219] },
  ...{ mount: [165, 40], open_tree: [428, 428], fsopen: [430, 430], move_mount: [429, 429] },
  ...{ open_by_handle_at: [304, 265], setsid: [112, 157], setpgid: [109, 154], prlimit64: [302, 261] },
  ...{ sched_setaffinity: [203, 122], sched_setscheduler: [144, 119], sched_setparam: [142, 118] },
  ...{ sched_setattr: [314, 274], setpriority: [141, 140], ioprio_set: [251, 30] },
  ...{ chmod: [90, undefined], fchmod: [91, 52], fchmodat: [268, 53], fchmodat2: [452, 452] },
  ...{ chown: [92, undefined], fchown: [93, 55], lchown: [94, undefined], fchownat: [260, 54] },
  ...{ setxattr: [188, 5], lsetxattr: [189, 6], fsetxattr: [190, 7] },
} as const satisfies Record<string, readonly [x64: number, arm64: number | undefined]>;

export type CallName = keyof typeof callNumbers;

/** Calls that a program inside is refused. It cannot leave its process group, which ends with the run. */
export const refusedCalls = [
  ...(["setsid", "setpgid"] as const),
  ...(["unshare", "setns", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "bpf"] as const),
  ...(["perf_event_open", "userfaultfd", "add_key", "request_key", "keyctl", "mount", "open_tree", "fsopen"] as const),
  ...(["move_mount", "open_by_handle_at"] as const),
];
/** An io_uring opens sockets past the filter. glibc goes from clone3 back to clone, whose flags a filter sees. */
export const absentCalls = ["clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"] as const;
/** Landlock does not guard them, and to be refused would end programs that only tidy up: answered, and not done. */
export const ignoredCalls = [
  ...(["chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"] as const),
  ...(["setxattr", "lsetxattr", "fsetxattr"] as const),
  // The calls of the scheduler reach every process of the same user.
  ...(["sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr"] as const),
  ...(["setpriority", "ioprio_set"] as const),
];

/** Returns the number of a call; undefined if the architecture has none. */
export function numberOf(call: CallName, architecture: Architecture): number | undefined {
  return callNumbers[call][architecture === "x64" ? 0 : 1];
}

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 (linux/audit.h). */
export const auditNumbers: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** From here on, numbers of x86_64 are those of x32. */
const x32 = 0x40000000;

const errors = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;
const families = { INET: 2, INET6: 10 } as const;
const stream = 1;
/** Flags of socket(2) beside the type: SOCK_CLOEXEC and SOCK_NONBLOCK. */
const typeMask = 0xf;
const tcp = 6;
/** Any new namespace (sched.h). */
const cloneNew = 0x10000000 | 0x40000000 | 0x20000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x02000000;
/** The flag of sendto(2) and its like that connects past Landlock: MSG_FASTOPEN. */
const fastOpen = 0x20000000;

/** An instruction of classic BPF: code, instructions to skip if true and if false, value (linux/filter.h). */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const ifEqual = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x15, ifTrue, ifFalse, value];
const ifAtLeast = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x35, ifTrue, ifFalse, value];
const ifBits = (value: number, ifTrue: number, ifFalse: number): Instruction => [0x45, ifTrue, ifFalse, value];
const and = (value: number): Instruction => [0x54, 0, 0, value];
/** SECCOMP_RET_ERRNO; a call that is answered by 0 is not carried out. */
const answer = (error: number): Instruction => [0x06, 0, 0, 0x00050000 | error];
const allow: Instruction = [0x06, 0, 0, 0x7fff0000];

/** Offsets in struct seccomp_data (linux/seccomp.h); of an argument, the lower half. */
const offsets = { number: 0, architecture: 4, arguments: 16 } as const;
const argument = (index: number): Instruction => load(offsets.arguments + 8 * index);

/**
 * Returns the filter of system calls as an array of struct sock_filter.
 *
 * @param onlyTcp sockets are streams of TCP, and of nothing else
 */
export function callFilter(architecture: Architecture, onlyTcp: boolean): Buffer {
  // The accumulator holds the number before, and after a block that was not for it.
  const ifCall = (call: CallName, ...block: Instruction[]): Instruction[] => {
    const number = numberOf(call, architecture);
    return number === undefined ? [] : [ifEqual(number, 0, block.length), ...block];
  };
  const unlessBits = (index: number, bits: number) => [
    argument(index),
    ifBits(bits, 0, 1),
    answer(errors.EPERM),
    allow,
  ];
  const network = [
    ...ifCall(
      "socket",
      ...[argument(0), ifEqual(families.INET, 2, 0), ifEqual(families.INET6, 1, 0), answer(errors.EAFNOSUPPORT)],
      ...[argument(1), and(typeMask), ifEqual(stream, 1, 0), answer(errors.EPERM)],
      ...[argument(2), ifEqual(0, 2, 0), ifEqual(tcp, 1, 0), answer(errors.EPERM)],
      allow,
    ),
    ...ifCall("sendto", ...unlessBits(3, fastOpen)),
    ...ifCall("sendmsg", ...unlessBits(2, fastOpen)),
    ...ifCall("sendmmsg", ...unlessBits(3, fastOpen)),
  ];
  return encoded([
    ...[load(offsets.architecture), ifEqual(auditNumbers[architecture], 1, 0), answer(errors.ENOSYS)],
    ...[load(offsets.number), ifAtLeast(x32, 0, 1), answer(errors.ENOSYS)],
    ...(onlyTcp ? network : []),
    ...ifCall("clone", ...unlessBits(0, cloneNew)),
    // Limits of another process.
    ...ifCall("prlimit64", argument(0), ifEqual(0, 1, 0), answer(errors.EPERM), allow),
    ...absentCalls.flatMap((call) => ifCall(call, answer(errors.ENOSYS))),
    ...refusedCalls.flatMap((call) => ifCall(call, answer(errors.EPERM))),
    ...ignoredCalls.flatMap((call) => ifCall(call, answer(0))),
    allow,
  ]);
}

const instructionBytes = 8;

function encoded(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * instructionBytes);
  for (const [index, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    const at = index * instructionBytes;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(ifTrue, at + 2);
    bytes.writeUInt8(ifFalse, at + 3);
    bytes.writeUInt32LE(value >>> 0, at + 4);
  }
  return bytes;
}
