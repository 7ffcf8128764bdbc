"""A filter of system calls, by which Linux lets a process start threads, but no other process.

A program for `seccomp(2)`: a list of instructions of the classic Berkeley packet filter, applied to
the number and the arguments of each system call
(https://docs.kernel.org/userspace-api/seccomp_filter.html).
"""

from __future__ import annotations

import errno
import struct

LOAD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16  # where they stand in the kernel's `seccomp_data`
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # to refuse, with an error number
CLONE_THREAD = 0x00010000
OTHER_NUMBERING = 0x40000000  # the bit of the x32 calls
# By machine: its number, that of clone, and those that can start processes only.
MACHINES = {
    "x86_64": (0xC000003E, 56, (57, 58)),  # fork, vfork
    "aarch64": (0xC00000B7, 220, ()),
}
CLONE3 = 435  # its flags are out of reach; without it, the C library uses clone


def seccomp_program(machine: str) -> bytes:
    """Return the program that refuses new processes.

    Args:
        machine: a key of `MACHINES`, as `platform.machine()` gives it.

    >>> len(seccomp_program("x86_64")) % 8
    0
    """
    number, clone, forks = MACHINES[machine]
    rules = [
        (LOAD, 0, 0, MACHINE),
        (JUMP_IF_EQUAL, 1, 0, number),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (LOAD, 0, 0, NUMBER),
        (JUMP_IF_ANY_BIT, 0, 1, OTHER_NUMBERING),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (JUMP_IF_EQUAL, 0, 1, CLONE3),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
    ]
    for fork in forks:
        rules += [(JUMP_IF_EQUAL, 0, 1, fork), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    rules += [
        (JUMP_IF_EQUAL, 0, 3, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_IF_ANY_BIT, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, REFUSE | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *rule) for rule in rules)
