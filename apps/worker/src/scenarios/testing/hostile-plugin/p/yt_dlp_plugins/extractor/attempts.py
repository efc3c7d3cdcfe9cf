"""
A plugin of yt-dlp: in place of a run, attempts on the worker, on another run and on files that are not the run's. Prints as one
line of JSON which of them succeeded; an attempt that is refused raises OSError.

The link ends with a JSON object: what the attempts aim at, or the path for which a run waits that does nothing else.
"""

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import time
import urllib.parse

libc = ctypes.CDLL(None, use_errno=True)
# Numbers of ptrace(2), setns(2) and of namespaces, as glibc's wrappers take them.
PTRACE_SEIZE = 0x4206
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
MSG_FASTOPEN = 0x20000000
IPPROTO_MPTCP = 262


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), 'refused')
    return result


def read(path):
    with open(path, 'rb') as file:
        file.read(1)


def write(path, mode='r+b'):
    with open(path, mode) as file:
        file.write(b'x')


def reach(address, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
    with socket.socket(family, kind, protocol) as one:
        one.settimeout(5)
        one.connect(address)
        one.send(b'x')


def listen():
    with socket.socket() as one:
        one.bind(('127.0.0.1', 0))
        one.listen()


def fast_open(port):
    with socket.socket() as one:
        one.sendto(b'x', MSG_FASTOPEN, ('127.0.0.1', port))


def read_memory(pid):
    """process_vm_readv of nothing asks for the right alone."""
    checked(libc.process_vm_readv(pid, None, 0, None, 0, 0))


def stay():
    """Leaves a process behind, in a session of its own if it can have one."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
        except OSError:
            os._exit(1)
        if os.fork() == 0:
            os.closerange(0, 100)
            time.sleep(300)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise OSError('no session')


def swap(path, target):
    """Puts a link in the place of a folder."""
    os.rename(path, f'{path}.away')
    os.symlink(target, path)


def attempts(aim):
    worker, sibling, root = aim['worker'], aim['sibling'], os.path.dirname(os.getcwd())
    outside, others = aim['outside'], aim['others']
    return {
        'reads the task table': lambda: read(f'{outside}/table'),
        'reads cookies': lambda: read(f'{outside}/cookies.txt'),
        'reads a credential': lambda: read(f'{outside}/credential'),
        'lists a folder': lambda: os.listdir(outside),
        'lists processes': lambda: os.listdir('/proc'),
        'reads the environment of the worker': lambda: read(f'/proc/{worker}/environ'),
        'reads the command line of another run': lambda: read(f'/proc/{sibling}/cmdline'),
        'reads by the folder of its parent': lambda: os.listdir(f'/proc/{os.getppid()}/cwd'),
        'reads a file of another task': lambda: read(f'{others}/part'),
        'writes the task table': lambda: write(f'{outside}/table'),
        'cuts the task table off': lambda: os.truncate(f'{outside}/table', 1),
        'removes a file of another task': lambda: os.unlink(f'{others}/waste'),
        'makes a file in another task': lambda: write(f'{others}/made', 'xb'),
        'moves a file to another task': lambda: (write('mine', 'xb'), os.rename('mine', f'{others}/mine')),
        'links a file of another task': lambda: os.link(f'{others}/part', 'linked'),
        'writes beside its folders': lambda: write(f'{root}/made-by', 'wb'),
        'puts a link in the place of its folder': lambda: swap(f'{root}/home', outside),
        'makes a stash': lambda: os.mkdir(f'{root}/stash'),
        'connects to a service': lambda: reach(('127.0.0.1', aim['port'])),
        'connects by MPTCP': lambda: reach(('127.0.0.1', aim['port']), protocol=IPPROTO_MPTCP),
        'connects by TCP Fast Open': lambda: fast_open(aim['port']),
        'sends by UDP': lambda: reach(('127.0.0.1', aim['port']), kind=socket.SOCK_DGRAM),
        'connects to a UNIX socket': lambda: reach(f'{outside}/socket', socket.AF_UNIX),
        'connects to an abstract socket': lambda: reach(f'\0{aim["abstract"]}', socket.AF_UNIX),
        'asks the kernel for networks': lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close(),
        'listens': listen,
        'signals the worker': lambda: os.kill(worker, signal.SIGWINCH),
        'signals another run': lambda: os.kill(sibling, signal.SIGCONT),
        'signals the group of another run': lambda: os.killpg(sibling, signal.SIGCONT),
        'signals its parent': lambda: os.kill(os.getppid(), signal.SIGCONT),
        'traces another run': lambda: checked(libc.ptrace(PTRACE_SEIZE, sibling, None, None)),
        'reads the memory of the worker': lambda: read_memory(worker),
        'limits the worker': lambda: resource.prlimit(worker, resource.RLIMIT_CORE, (0, resource.RLIM_INFINITY)),
        'makes namespaces': lambda: checked(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)),
        'leaves its group': stay,
        # Answered, and not done: the test looks.
        'changes the mode of the task table': lambda: os.chmod(f'{outside}/table', 0o640),
        'changes the priority of the worker': lambda: os.setpriority(os.PRIO_PROCESS, worker, aim['priority']),
    }


def succeeds(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True


told = json.loads(urllib.parse.unquote(sys.argv[-1].split('?', 1)[1]))
if 'until' in told:
    print('waits', flush=True)
    while not os.path.exists(told['until']):
        time.sleep(0.02)
    write(f'{os.getcwd()}/whole', 'xb')
else:
    print(json.dumps({name: succeeds(attempt) for name, attempt in attempts(told).items()}), flush=True)
os._exit(0)
