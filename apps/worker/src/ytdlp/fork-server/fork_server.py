"""Loads yt-dlp once and forks a process for each run, which goes on as if it had just been started.

usage: python3 fork_server.py PROGRAM, where PROGRAM is the script or the archive that is yt-dlp.

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

import atexit
import codecs
import contextlib
import gc
import json
import os
import re
import resource
import runpy
import select
import selectors
import signal
import sys
import threading
import traceback

CHUNK_BYTES = 65536

# What ends a run is not for the server, nor for a guard, which have them blocked. One that comes before a forked process
# is ready for it waits until it is.
ENDING_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def load(program):
    """Scripts of Debian and pip, and the archive: each imports yt_dlp, and runs it only where it is __main__."""
    sys.path[0] = os.path.dirname(program)
    sys.argv = [program]
    runpy.run_path(program, run_name='dwld')
    import yt_dlp
    import yt_dlp.downloader
    import yt_dlp.postprocessor
    # All of them, which a page of no known site needs: it may embed a video of any.
    import yt_dlp.extractor._extractors

    # Each compiles its patterns, of links and of what a page embeds, when it is first asked, and they are kept.
    re.purge()
    for extractor in yt_dlp.extractor.gen_extractor_classes():
        # Some do not expect an empty page.
        with contextlib.suppress(Exception):
            extractor.suitable('https://dwld.invalid/')
            list(extractor.extract_from_webpage(None, 'https://dwld.invalid/', ''))
    # Asks ffmpeg for its version, which is kept as well; not that there is none.
    ffmpeg = yt_dlp.postprocessor.FFmpegPostProcessor
    if not ffmpeg().available:
        ffmpeg._version_cache.clear()
    # What is there now stays: no run has to look through it for what it can free, and so copy it.
    gc.collect()
    gc.freeze()
    return yt_dlp


def draw_user_agent():
    """yt-dlp takes one by chance when it is loaded, and each run one of its own."""
    with contextlib.suppress(ImportError):
        from yt_dlp.utils.networking import random_user_agent, std_headers

        std_headers['User-Agent'] = random_user_agent()


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


def watch_over(group_pipe):
    """The guard: a process of the run's group that ends when the group is dead. Nobody writes into its pipe."""
    os.dup2(group_pipe, 0)
    close_from(1)
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def become_run(request, outputs, guard, start):
    """In the forked process: what a shell does before it starts a program."""
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(outputs['stdout'], 1)
    os.dup2(outputs['stderr'], 2)
    if os.fork() == 0:
        watch_over(guard)
    os.dup2(start, 3)
    close_from(4)
    limit_memory(request.get('memoryBytes'))
    os.chdir(request['cwd'])
    os.environ.clear()
    os.environ.update(request['env'])
    draw_user_agent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    if not os.read(3, 1):
        os._exit(1)
    os.close(3)


def close_from(lowest):
    """Nothing of the server's stays open, of other runs least of all."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.closerange(lowest, 1 << 20 if most == resource.RLIM_INFINITY else most)


def limit_memory(most):
    """Where the machine has a lower limit of its own, that one stays."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if most is not None and (hard == resource.RLIM_INFINITY or most <= hard):
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


class CannotFork(Exception):
    pass


def fork_run(request):
    """The run, or None in the process that is to become it."""
    pipes = {}
    try:
        for name in ('stdout', 'stderr', 'guard', 'start'):
            pipes[name] = os.pipe()
        pid = os.fork()
    except OSError as error:
        for end in sum(pipes.values(), ()):
            os.close(end)
        raise CannotFork(str(error)) from error
    if pid == 0:
        outputs = {name: pipes[name][1] for name in ('stdout', 'stderr')}
        become_run(request, outputs, pipes['guard'][0], pipes['start'][0])
        return None
    try:
        # Here as well, so that the group is there before its number is told.
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        pass
    for end in (pipes['stdout'][1], pipes['stderr'][1], pipes['guard'][0], pipes['start'][0]):
        os.close(end)
    tell(run=request['run'], pid=pid)
    outputs = {name: pipes[name][0] for name in ('stdout', 'stderr')}
    return Run(request['run'], pid, outputs, pipes['guard'][1], pipes['start'][1])


class Server:
    def __init__(self, is_current):
        self.is_current = is_current
        self.selector = selectors.DefaultSelector()
        # By their process and by their number.
        self.runs = {}
        self.numbered = {}
        self.unread = b''

    def serve(self):
        """Returns in forked processes alone, each with its arguments."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
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
                        if self.hear(request):
                            return request['arguments']
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
        """True in the process that was forked for the request."""
        number = request['run']
        if 'arguments' not in request:
            if number in self.numbered:
                self.numbered[number].begin()
            return False
        try:
            if not self.is_current():
                raise CannotFork('it was replaced since it was loaded')
            run = fork_run(request)
        except CannotFork as error:
            tell(run=number, error=str(error))
            return False
        if run is None:
            return True
        self.runs[run.pid] = self.numbered[number] = run
        for pipe in run.outputs:
            self.selector.register(pipe, selectors.EVENT_READ, run)
        return False

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


def run_and_exit(main):
    """As an interpreter ends, but for its teardown, which would copy all that was loaded in order to free it."""
    status = 1
    try:
        status = main()
    except SystemExit as end:
        status = end.code
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        traceback.print_exc()
    if isinstance(status, str):
        print(status, file=sys.stderr)
    # In the order of Py_FinalizeEx; multiprocessing ends its forked processes by the same two.
    threading._shutdown()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == '__main__':
    program = sys.argv[1]
    # What it prints is for a person; standard output is the protocol's.
    protocol = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, end_with_parent)
    signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
    loaded = load(program)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.dup2(protocol, 1)
    os.close(protocol)
    # Of an archive, whose parts are no files, the whole.
    version_file = next(path for path in (loaded.version.__file__, program) if stamp(path))
    version_stamp = stamp(version_file)
    tell(version=loaded.version.__version__)
    try:
        arguments = Server(lambda: stamp(version_file) == version_stamp).serve()
    except BrokenPipeError:
        # Nobody listens any more.
        os._exit(0)
    sys.argv = [program, *arguments]
    run_and_exit(loaded.main)
