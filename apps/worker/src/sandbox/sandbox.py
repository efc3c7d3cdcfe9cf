"""
Puts this process, and all that it starts, into a sandbox: Landlock for files, ports, abstract sockets and signals, and a filter
of system calls for the ways that Landlock does not guard. Neither can be taken off again.

usage: python3 -I -S sandbox.py RULES PROGRAM [ARGUMENT]...

RULES is a JSON object:
    {"read": ["/usr"], "write": ["/data/task"], "ports": [40321]}
Paths that are not there are left out. With "ports", only streams of TCP to these ports can be opened; with null, the network
is as it was.
"""

import ctypes
import errno
import json
import os
import platform
import struct
import sys

_libc = ctypes.CDLL(None, use_errno=True)

# Rights of Landlock (linux/landlock.h).
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_FIFO, MAKE_SYM = 16, 32, 128, 256, 1024, 4096
REFER, TRUNCATE, IOCTL_DEV = 8192, 16384, 32768
READ = EXECUTE | READ_FILE | READ_DIR
WRITE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SYM | REFER | TRUNCATE
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
CONNECT_TCP = 2
# The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH, NET_PORT = 1, 2
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


def enter(rules):
    """Raises OSError if the kernel refuses: the process may not go on then."""
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _restrict_files(rules)
    _filter_calls(rules['ports'] is not None)


def _check(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _restrict_files(rules):
    version = _check(_libc.syscall(CREATE_RULESET, None, 0, 1))
    handled = (1 << 13) - 1
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV)):
        handled |= right if version >= since else 0
    ports = rules['ports'] if version >= 4 else None
    # Bind and connect; abstract sockets and signals.
    attributes = struct.pack('QQQ', handled, 3 if ports is not None else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _check(_libc.syscall(CREATE_RULESET, attributes, size, 0))
    for rights, paths in ((READ, rules['read']), (WRITE, rules['write'])):
        for path in paths:
            _allow(ruleset, path, rights & handled)
    for port in ports or ():
        _check(_libc.syscall(ADD_RULE, ruleset, NET_PORT, struct.pack('QQ', CONNECT_TCP, port), 0))
    _check(_libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(ruleset, path, rights):
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    if not os.path.isdir(path):
        rights &= FOR_FILES
    _check(_libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack('=Qi', rights, descriptor), 0))
    os.close(descriptor)


# Numbers of system calls: x86_64, aarch64. None if the architecture has no such call.
_CALLS = {
    'socket': (41, 198), 'sendto': (44, 206), 'sendmsg': (46, 211), 'sendmmsg': (307, 269),
    'clone': (56, 220), 'clone3': (435, 435), 'io_uring_setup': (425, 425), 'io_uring_enter': (426, 426),
    'io_uring_register': (427, 427), 'unshare': (272, 97), 'setns': (308, 268), 'ptrace': (101, 117),
    'process_vm_readv': (310, 270), 'process_vm_writev': (311, 271), 'pidfd_getfd': (438, 438), 'kcmp': (312, 272),
    'bpf': (321, 280), 'perf_event_open': (298, 241), 'userfaultfd': (323, 282), 'add_key': (248, 217),
    'request_key': (249, 218), 'keyctl': (250, 219), 'mount': (165, 40), 'open_tree': (428, 428), 'fsopen': (430, 430),
    'move_mount': (429, 429), 'open_by_handle_at': (304, 265),
    'chmod': (90, None), 'fchmod': (91, 52), 'fchmodat': (268, 53), 'fchmodat2': (452, 452), 'chown': (92, None),
    'fchown': (93, 55), 'lchown': (94, None), 'fchownat': (260, 54), 'setxattr': (188, 5), 'lsetxattr': (189, 6),
    'fsetxattr': (190, 7),
}  # fmt: skip
_ARCHITECTURES = {'x86_64': (0, 0xC000003E), 'aarch64': (1, 0xC00000B7)}

_REFUSED = (
    'unshare', 'setns', 'ptrace', 'process_vm_readv', 'process_vm_writev', 'pidfd_getfd', 'kcmp', 'bpf', 'perf_event_open',
    'userfaultfd', 'add_key', 'request_key', 'keyctl', 'mount', 'open_tree', 'fsopen', 'move_mount', 'open_by_handle_at',
)  # fmt: skip
# An io_uring opens sockets past the filter. glibc falls back to clone(2).
_ABSENT = ('clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register')
# Landlock does not guard them, and to be refused would end programs that only tidy up: answered, and not done.
_IGNORED = (
    'chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat', 'setxattr', 'lsetxattr', 'fsetxattr',
)  # fmt: skip
# Any new namespace (sched.h).
_CLONE_NEW = 0x10000000 | 0x40000000 | 0x20000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x02000000
_MSG_FASTOPEN = 0x20000000

_LOAD, _EQUAL, _BITS, _AT_LEAST, _RETURN, _AND = 0x20, 0x15, 0x45, 0x35, 0x06, 0x54
_NUMBER, _ARCHITECTURE = 0, 4
_ALLOW = 0x7FFF0000


def _errno(number):
    return 0x00050000 | number


def _argument(index):
    return 16 + 8 * index


def filter_program(architecture, only_tcp):
    """Returns the filter as instructions of classic BPF: code, jumps if true and false, value."""
    column, audit = _ARCHITECTURES[architecture]
    numbers = {name: of[column] for name, of in _CALLS.items() if of[column] is not None}
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _errno(errno.ENOSYS)),
        # The numbers of x32.
        (_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _errno(errno.ENOSYS)),
    ]  # fmt: skip

    def if_call(name, *block):
        """The accumulator holds the number before, and after a block that was not for it."""
        program.append((_EQUAL, 0, len(block), numbers[name]))
        program.extend(block)

    def answer(names, number):
        for name in names:
            if name in numbers:
                if_call(name, (_RETURN, 0, 0, _errno(number)))

    if only_tcp:
        if_call(
            'socket',
            (_LOAD, 0, 0, _argument(0)), (_EQUAL, 2, 0, 2), (_EQUAL, 1, 0, 10), (_RETURN, 0, 0, _errno(errno.EAFNOSUPPORT)),
            (_LOAD, 0, 0, _argument(1)), (_AND, 0, 0, 0xF), (_EQUAL, 1, 0, 1), (_RETURN, 0, 0, _errno(errno.EPERM)),
            (_LOAD, 0, 0, _argument(2)), (_EQUAL, 2, 0, 0), (_EQUAL, 1, 0, 6), (_RETURN, 0, 0, _errno(errno.EPERM)),
            (_RETURN, 0, 0, _ALLOW),
        )  # fmt: skip
        # It connects past Landlock.
        for name, index in (('sendto', 3), ('sendmsg', 2), ('sendmmsg', 3)):
            if_call(name, *_unless_bits(index, _MSG_FASTOPEN))
    if_call('clone', *_unless_bits(0, _CLONE_NEW))
    answer(_ABSENT, errno.ENOSYS)
    answer(_REFUSED, errno.EPERM)
    answer(_IGNORED, 0)
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _unless_bits(index, bits):
    return (_LOAD, 0, 0, _argument(index)), (_BITS, 0, 1, bits), (_RETURN, 0, 0, _errno(errno.EPERM)), (_RETURN, 0, 0, _ALLOW)


class _Program(ctypes.Structure):
    _fields_ = (('len', ctypes.c_ushort), ('filter', ctypes.c_void_p))


def _filter_calls(only_tcp):
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f'no filter of system calls is made for {machine}')
    program = filter_program(machine, only_tcp)
    code = b''.join(struct.pack('=HBBI', *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    handed = _Program(len(program), ctypes.addressof(buffer))
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(handed), 0, 0))


if __name__ == '__main__':
    try:
        enter(json.loads(sys.argv[1]))
        os.execvp(sys.argv[2], sys.argv[2:])
    except OSError as error:
        print(f'sandbox: {error}', file=sys.stderr)
        sys.exit(126)
