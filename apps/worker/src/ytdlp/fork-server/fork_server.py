"""Loads yt-dlp once and forks a process for each run, which goes on as if it had just been started.

usage: python3 fork_server.py PROGRAM, where PROGRAM is the script or the archive that is yt-dlp.

A run inherits what was loaded and nothing else: forked-run.test.ts compares it with the program alone, descriptor by
descriptor. So no object of the server's may own a descriptor: the garbage collector of a run would close that number,
which by then is the run's own.

fork-server.ts speaks with it, one JSON object a line. To standard input comes what is wanted:
    {"run": 1, "arguments": ["--version"], "cwd": "/", "env": {"PATH": "/usr/bin"}, "memoryBytes": 4294967296}
    {"run": 1}                     it may begin
To standard output goes what happens:
    {"version": "2026.10.26"}      once: it is loaded
    {"run": 1, "pid": 4711}        forked; the process leads a group of its own, and waits to begin
    {"run": 1, "stdout": "text"}   written by it; "stderr" likewise
    {"run": 1, "status": 0}        ended, and all it had written was told; a signal's number is negative
    {"run": 1, "error": "text"}    was not forked

Where standard input ends, whoever started this is gone: the server ends, and the guard of each run kills its group.
"""

import codecs
import contextlib
import json
import os
import select
import selectors
import signal
import sys

# The other parts of the server are beside it, whatever flags python was given.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from forked_run import become_run, open_descriptors, run_and_exit, wait_to_begin
from load_ytdlp import load

del sys.path[0]

CHUNK_BYTES = 65536

# What ends a run is not for the server, nor for a guard, which have them blocked. One that comes before a forked process
# is ready for it waits until it is.
ENDING_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def stamp(path):
    """Changes when the file does."""
    with contextlib.suppress(OSError):
        facts = os.stat(path)
        return facts.st_ino, facts.st_mtime_ns
    return None


def end_with_parent(*_):
    """While it is loading, nobody reads what could tell that the parent is gone."""
    poll = select.poll()
    poll.register(0, 0)
    if poll.poll(0):
        os._exit(0)


def tell(**message):
    rest = memoryview(json.dumps(message).encode() + b'\n')
    while rest:
        rest = rest[os.write(1, rest):]


class Run:
    """What the server keeps of a run."""

    def __init__(self, number, pid, outputs, guard, start):
        self.number = number
        self.pid = pid
        # By its pipe: the name of the stream, and what turns its bytes into text.
        self.outputs = {
            pipe: (name, codecs.getincrementaldecoder('utf-8')('replace'))
            for name, pipe in outputs.items()
        }
        # While it is open, the run's group lives.
        self.guard = guard
        self.start = start
        self.status = None

    def begin(self):
        # One that has ended waits for nothing, and its pipe's number may be another's.
        if self.status is None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.start, b'\n')

    def relay(self, pipe):
        """Tells what came; False at the end of the stream."""
        name, decoder = self.outputs[pipe]
        chunk = os.read(pipe, CHUNK_BYTES)
        text = decoder.decode(chunk, final=not chunk)
        if text:
            tell(run=self.number, **{name: text})
        if chunk:
            return True
        os.close(pipe)
        del self.outputs[pipe]
        return False

    def has_ended(self):
        return self.status is not None and not self.outputs


class CannotFork(Exception):
    pass


def fork_run(request, loaded_descriptors):
    """The run, or the descriptor of what lets it begin in the process that is to become it."""
    pipes = {}
    try:
        for name in ('stdout', 'stderr', 'guard', 'start', 'leads'):
            pipes[name] = os.pipe()
        pid = os.fork()
    except OSError as error:
        for end in sum(pipes.values(), ()):
            os.close(end)
        raise CannotFork(str(error)) from error
    if pid == 0:
        # A session and a group of its own, as fork-server.ts starts the program alone.
        os.setsid()
        os.close(pipes['leads'][1])
        outputs = {name: pipes[name][1] for name in ('stdout', 'stderr')}
        become_run(request, loaded_descriptors, outputs, pipes['guard'][0], pipes['start'][0])
        return pipes['start'][0]
    for end in (pipes['stdout'][1], pipes['stderr'][1], pipes['guard'][0], pipes['start'][0], pipes['leads'][1]):
        os.close(end)
    # Its end: the group is there, or the process is gone. Only then is its number told.
    os.read(pipes['leads'][0], 1)
    os.close(pipes['leads'][0])
    tell(run=request['run'], pid=pid)
    outputs = {name: pipes[name][0] for name in ('stdout', 'stderr')}
    return Run(request['run'], pid, outputs, pipes['guard'][1], pipes['start'][1])


class Server:
    def __init__(self, is_current, loaded_descriptors):
        self.is_current = is_current
        self.loaded_descriptors = loaded_descriptors
        # poll(2), since an epoll object is a descriptor.
        self.selector = selectors.PollSelector()
        # By their process and by their number.
        self.runs = {}
        self.numbered = {}
        self.unread = b''

    def serve(self):
        """Returns in forked processes alone, each with its arguments and the descriptor of what lets it begin."""
        rung, bell = os.pipe()
        os.set_blocking(bell, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell)
        self.selector.register(0, selectors.EVENT_READ)
        self.selector.register(rung, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fd == 0:
                    for request in self.read_requests():
                        start = self.hear(request)
                        if start is not None:
                            return request['arguments'], start
                elif key.fd == rung:
                    os.read(rung, CHUNK_BYTES)
                    self.reap()
                # Its stream may have ended in this very turn.
                elif key.fd in key.data.outputs:
                    self.relay(key.data, key.fd)

    def read_requests(self):
        chunk = os.read(0, CHUNK_BYTES)
        if not chunk:
            os._exit(0)
        *lines, self.unread = (self.unread + chunk).split(b'\n')
        return map(json.loads, lines)

    def hear(self, request):
        """None, but in the process that was forked for the request: the descriptor of what lets it begin."""
        number = request['run']
        if 'arguments' not in request:
            if number in self.numbered:
                self.numbered[number].begin()
            return None
        try:
            if not self.is_current():
                raise CannotFork('it was replaced since it was loaded')
            run = fork_run(request, self.loaded_descriptors)
        except CannotFork as error:
            tell(run=number, error=str(error))
            return None
        if not isinstance(run, Run):
            return run
        self.runs[run.pid] = self.numbered[number] = run
        for pipe in run.outputs:
            self.selector.register(pipe, selectors.EVENT_READ, run)
        return None

    def relay(self, run, pipe):
        # Before it is closed, since another run could get its number.
        self.selector.unregister(pipe)
        if run.relay(pipe):
            self.selector.register(pipe, selectors.EVENT_READ, run)
        else:
            self.finish(run)

    def reap(self):
        """What those that ended left behind is killed now, which ends their streams."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            run = self.runs.pop(pid)
            run.status = os.waitstatus_to_exitcode(status)
            os.close(run.guard)
            os.close(run.start)
            self.finish(run)

    def finish(self, run):
        if run.has_ended():
            del self.numbered[run.number]
            tell(run=run.number, status=run.status)


if __name__ == '__main__':
    program = sys.argv[1]
    # What it prints is for a person; standard output is the protocol's.
    protocol = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, end_with_parent)
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
    opened_before = open_descriptors()
    loaded = load(program)
    # Objects of yt-dlp's own own them, in its runs too.
    loaded_descriptors = open_descriptors() - opened_before
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.dup2(protocol, 1)
    os.close(protocol)
    # Of an archive, whose parts are no files, the whole.
    version_file = next(path for path in (loaded.version.__file__, program) if stamp(path))
    version_stamp = stamp(version_file)
    signal_mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    tell(version=loaded.version.__version__)
    try:
        arguments, start = Server(lambda: stamp(version_file) == version_stamp, loaded_descriptors).serve()
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(0)
    sys.argv = [program, *arguments]
    wait_to_begin(start, signal_mask)
    run_and_exit(loaded.main)
