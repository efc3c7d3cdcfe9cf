"""Puts this process, and all that it starts, into a sandbox: what sandbox.pl does for a program, for a process that was forked."""

import ctypes
import os
import struct

_libc = ctypes.CDLL(None, use_errno=True)

# Landlock's calls, with the same numbers on every architecture, and what it takes (linux/landlock.h).
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH, NET_PORT, CONNECT_TCP = 1, 2, 2
# The rights that a file can have.
FOR_FILES = 1 | 2 | 4 | 16384 | 32768
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    """struct sock_fprog"""

    _fields_ = (('length', ctypes.c_ushort), ('filter', ctypes.c_char_p))


def enter(words):
    """Takes the words of sandbox-words.ts. Raises OSError if the kernel refuses: the process may not go on then."""
    _, attributes, code, *rules = words
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    attributes = bytes.fromhex(attributes)
    ruleset = _check(_libc.syscall(CREATE_RULESET, attributes, len(attributes), 0))
    for rule in rules:
        rights, _, of = rule.partition(' ')
        if rights == 'tcp':
            _check(_libc.syscall(ADD_RULE, ruleset, NET_PORT, struct.pack('QQ', CONNECT_TCP, int(of)), 0))
        else:
            _allow(ruleset, of, int(rights))
    _check(_libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    code = bytes.fromhex(code)
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(_Program(len(code) // 8, code)), 0, 0))


def _check(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _allow(ruleset, path, rights):
    """Leaves out a path that is not there."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    if not os.path.isdir(path):
        rights &= FOR_FILES
    _check(_libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack('=Qi', rights, descriptor), 0))
    os.close(descriptor)
