"""
Makes the loaded objects immortal (PEP 683): CPython stops counting the references to them. Counting changes each object that a
run looks at, which copied two thirds of the pages that it copied at all. There is no function for it before CPython 3.15, so
this sets the count itself, if its place and meaning are known: CPython 3.12 to 3.14 of 64 bits with a GIL.

An immortal object is never freed. It was not before either: a run ends without freeing what was loaded.
"""

import ctypes
import gc
import sys

# _Py_IMMORTAL_REFCNT of 3.12 and 3.13. 3.14 takes everything from 3 << 30 on for immortal.
IMMORTAL = 0xFFFFFFFF


def immortalize():
    """Makes all objects immortal that the garbage collector knows, and all that they refer to."""
    expect_known_python()
    found = gc.get_objects()
    seen = set()
    while found:
        new = []
        for one in found:
            if id(one) not in seen:
                seen.add(id(one))
                new.append(one)
        found = gc.get_referents(*new) if new else []
    for address in seen:
        set_immortal(address)


def set_immortal(address):
    ctypes.c_uint32.from_address(address).value = IMMORTAL


def expect_known_python():
    if sys.implementation.name != 'cpython' or not (3, 12) <= sys.version_info < (3, 15):
        raise RuntimeError(f'{sys.implementation.name} {sys.version.split()[0]} is not known')
    if sys.maxsize < 1 << 32 or sys.byteorder != 'little':
        raise RuntimeError('the machine is not one of 64 bits with the little end first')
    if hasattr(sys, 'gettotalrefcount') or not getattr(sys, '_is_gil_enabled', lambda: True)():
        raise RuntimeError('it is a debug build, or has no GIL')
    probe = object()
    set_immortal(id(probe))
    before = sys.getrefcount(probe)
    references = [probe] * 10
    if sys.getrefcount(references[0]) != before:
        raise RuntimeError('it still counts the references')
