"""Turns a forked process into the program as if it had just been started, and ends it like one."""

import atexit
import contextlib
import gc
import os
import resource
import signal
import sys
import tempfile
import threading
import traceback

from memories import forget_programs
from sandbox import enter


def become_run(request, loaded_descriptors, outputs, guard, start):
    """Does in the forked process, which leads its session, what a shell does before it starts a program."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(outputs['stdout'], 1)
    os.dup2(outputs['stderr'], 2)
    if os.fork() == 0:
        watch_over(guard)
    # All other descriptors belong to the server or to another run.
    close_all_but({0, 1, 2, start} | loaded_descriptors)
    limit_memory(request.get('memoryBytes'))
    os.chdir(request['cwd'])
    path = os.environ.get('PATH')
    os.environ.clear()
    os.environ.update(request['env'], PWD=request['cwd'])
    if os.environ.get('PATH') != path:
        forget_programs()
    decide_anew()
    if 'sandbox' in request:
        enter_sandbox(request['sandbox'])


def enter_sandbox(words):
    """Ends the run if it cannot be put into its sandbox."""
    try:
        enter(words)
    except OSError as error:
        print(f'ERROR: dwld cannot put yt-dlp into its sandbox: {error}', file=sys.stderr, flush=True)
        os._exit(126)


def wait_to_begin(start, signal_mask):
    """Waits until the run may begin. Signals end it at once: nothing needs cleaning up yet."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, signal_mask)
    if not os.read(start, 1):
        os._exit(1)
    os.close(start)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run_and_exit(main):
    """Runs main() and exits like an interpreter, without its teardown, which would copy all modules to free them."""
    status = 1
    interrupted = False
    try:
        status = main()
    except SystemExit as end:
        status = end.code
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        traceback.print_exc()
    if isinstance(status, str):
        print(status, file=sys.stderr)
    # The order of Py_FinalizeEx; multiprocessing ends its forked processes by the first two.
    threading._shutdown()
    atexit._run_exitfuncs()
    # Finalizes objects that the run left, such as a file with buffered bytes.
    gc.collect()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status if isinstance(status, int) else int(status is not None))


def watch_over(group_pipe):
    """Is the guard: kills the run's group, itself included, when its pipe ends. Nothing is written into the pipe."""
    try:
        close_all_but({group_pipe})
        os.read(group_pipe, 1)
        os.killpg(0, signal.SIGKILL)
    finally:
        os._exit(1)


def decide_anew():
    """Resets what each run decides by its own environment and random numbers, but was decided while loading."""
    tempfile.tempdir = None
    with contextlib.suppress(ImportError):
        from yt_dlp.utils.networking import random_user_agent, std_headers

        std_headers['User-Agent'] = random_user_agent()


def limit_memory(most):
    """Sets RLIMIT_DATA. A lower limit of the machine stays in force."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if most is not None and (hard == resource.RLIM_INFINITY or most <= hard):
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def open_descriptors():
    """Returns the open descriptors, without the one that read the folder."""
    return {number for number in map(int, os.listdir('/proc/self/fd')) if is_open(number)}


def is_open(number):
    with contextlib.suppress(OSError):
        os.fstat(number)
        return True
    return False


def close_all_but(kept):
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = 0
    for number in [*sorted(kept), 1 << 20 if most == resource.RLIM_INFINITY else most]:
        # os.closerange(0, 0) closes all descriptors (CPython 3.13).
        if lowest < number:
            os.closerange(lowest, number)
        lowest = number + 1
