"""Loads yt-dlp once and forks a process for each run, which continues as if it had just been started.

usage: python3 fork_server.py PROGRAM SANDBOX, where PROGRAM is the script or the archive that is yt-dlp, and SANDBOX the
folder of sandbox.py.

A run inherits the loaded modules and nothing else: forked-run.test.ts compares it with the program alone, descriptor by
descriptor. No object of the server may own a descriptor: the garbage collector of a run would close that number, which
then belongs to the run.

fork-server.ts speaks with it, one JSON object a line. Standard input receives requests:
    {"run": 1, "arguments": ["--version"], "cwd": "/", "env": {"PATH": "/usr/bin"}, "memoryBytes": 4294967296,
     "sandbox": ["157", ...]}      sandbox.py; without it, the run has no sandbox
    {"run": 1}                     the run may begin
Standard output carries messages:
    {"version": "2026.10.26", "memories": ["patterns"], "leftOut": {"options": "KeyError: ..."}}
                                   once, when yt-dlp is loaded; memories.py
    {"run": 1, "pid": 4711}        forked; the process leads a group of its own and waits to begin
    {"run": 1, "stdout": "text"}   output of the run; "stderr" likewise
    {"run": 1, "status": 0}        ended, and all of its output was sent; a signal's number is negative
    {"run": 1, "error": "text"}    not forked

The end of standard input means that the parent is gone: the server ends, and the guard of each run kills its group.
"""

import codecs
import contextlib
import json
import os
import select
import selectors
import signal
import sys

# The other modules of the server are beside it, whatever flags Python was given.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, sys.argv[2])
from forked_run import become_run, open_descriptors, run_and_exit, wait_to_begin
from load_ytdlp import load

del sys.path[0:2]

CHUNK_BYTES = 65536

# Signals that end a run. The server and the guards block them. One that reaches a forked process too early stays pending
# until the process is ready for it.
ENDING_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def stamp(path):
    """Returns a stamp that changes when the file changes."""
    with contextlib.suppress(OSError):
        facts = os.stat(path)
        return facts.st_ino, facts.st_mtime_ns
    return None


def end_with_parent(*_):
    """Ends the server if its parent is gone. While yt-dlp is loading, nothing reads the pipe that tells."""
    poll = select.poll()
    poll.register(0, 0)
    if poll.poll(0):
        os._exit(0)


def tell(**message):
    rest = memoryview(json.dumps(message).encode() + b'\n')
    while rest:
        rest = rest[os.write(1, rest):]


class Run:
    """State that the server keeps of a run."""

    def __init__(self, number, pid, outputs, guard, start):
        self.number = number
        self.pid = pid
        # For each pipe: the name of the stream, and its decoder.
        self.outputs = {
            pipe: (name, codecs.getincrementaldecoder('utf-8')('replace'))
            for name, pipe in outputs.items()
        }
        # Closing it makes the guard kill the run's group.
        self.guard = guard
        self.start = start
        self.status = None

    def begin(self):
        # The pipe of an ended run is closed, and its number may be reused.
        if self.status is None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.start, b'\n')

    def relay(self, pipe):
        """Sends what the pipe holds. Returns False at the end of the stream."""
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
    """Returns the run; in the forked process, the descriptor that lets it begin."""
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
    # The pipe ends when the group exists or the process is gone. Only then its number is sent.
    os.read(pipes['leads'][0], 1)
    os.close(pipes['leads'][0])
    tell(run=request['run'], pid=pid)
    outputs = {name: pipes[name][0] for name in ('stdout', 'stderr')}
    return Run(request['run'], pid, outputs, pipes['guard'][1], pipes['start'][1])


class Server:
    def __init__(self, is_current, loaded_descriptors):
        self.is_current = is_current
        self.loaded_descriptors = loaded_descriptors
        # poll(2), since an epoll object owns a descriptor.
        self.selector = selectors.PollSelector()
        # Runs by their pid and by their number.
        self.runs = {}
        self.numbered = {}
        self.unread = b''

    def serve(self):
        """Returns only in forked processes: the arguments of the run and the descriptor that lets it begin."""
        wakeup, signaled = os.pipe()
        os.set_blocking(signaled, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(signaled)
        self.selector.register(0, selectors.EVENT_READ)
        self.selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fd == 0:
                    for request in self.read_requests():
                        start = self.handle(request)
                        if start is not None:
                            return request['arguments'], start
                elif key.fd == wakeup:
                    os.read(wakeup, CHUNK_BYTES)
                    self.reap()
                # Skips a stream that ended in this turn.
                elif key.fd in key.data.outputs:
                    self.relay(key.data, key.fd)

    def read_requests(self):
        chunk = os.read(0, CHUNK_BYTES)
        if not chunk:
            os._exit(0)
        *lines, self.unread = (self.unread + chunk).split(b'\n')
        return map(json.loads, lines)

    def handle(self, request):
        """Returns None; in the process that was forked for the request, the descriptor that lets it begin."""
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
        # Unregistered before it is closed: another run could get its number.
        self.selector.unregister(pipe)
        if run.relay(pipe):
            self.selector.register(pipe, selectors.EVENT_READ, run)
        else:
            self.finish(run)

    def reap(self):
        """Kills what ended runs left behind, which ends their streams."""
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
    # yt-dlp's own output goes to standard error: standard output carries the protocol.
    protocol = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, end_with_parent)
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
    opened_before = open_descriptors()
    loaded, memories = load(program)
    # Descriptors that yt-dlp's own objects hold, in its runs too.
    loaded_descriptors = open_descriptors() - opened_before
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.dup2(protocol, 1)
    os.close(protocol)
    # The archive as a whole, if its parts are no files.
    version_file = next(path for path in (loaded.version.__file__, program) if stamp(path))
    version_stamp = stamp(version_file)
    signal_mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    tell(version=loaded.version.__version__, memories=memories.names, leftOut=memories.left_out)
    try:
        arguments, start = Server(lambda: stamp(version_file) == version_stamp, loaded_descriptors).serve()
    except BrokenPipeError:
        # The parent is gone.
        os._exit(0)
    sys.argv = [program, *arguments]
    wait_to_begin(start, signal_mask)
    run_and_exit(loaded.main)
