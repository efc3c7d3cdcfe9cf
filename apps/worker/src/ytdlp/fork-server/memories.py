"""Memories of a loaded yt-dlp: what each of its runs would work out anew, with the same result.

Each memory is yt-dlp's own answer, given while it was loaded. It holds for the same question: the same arguments, the same
variables of the environment, the same files. Any other question goes to yt-dlp. A memory that does not fit this yt-dlp or
this Python is left out, with its reason. forked-run.test.ts compares runs with and without them.
"""

import contextlib
import functools
import inspect
import os
import ssl
import sys

# Variables that OpenSSL reads by itself (SSL_CTX_set_default_verify_paths(3), config(5)).
OPENSSL_VARIABLES = {'SSL_CERT_FILE', 'SSL_CERT_DIR', 'OPENSSL_CONF'}

# All that orderedSet_from_options (2025.04.30, 2026.10.26) uses beside its arguments.
NAMES_OF_CHOICE = {
    'compile', 'extend', 'filter', 'fullmatch', 'I', 'list', 'orderedSet', 'orderedSet_from_options', 're', 'remove',
    'startswith', 'ValueError',
}


class Misfit(Exception):
    """This yt-dlp or this Python is built in another way than the memory expects."""


class Memories:
    def __init__(self):
        self.names = []
        self.left_out = {}

    def add(self, name, remember):
        """Sets a memory. Any error means that it does not fit, and that runs work it out themselves."""
        try:
            remember()
            self.names.append(name)
        except Exception as error:
            self.left_out[name] = f'{type(error).__name__}: {error}'


def remember_extractors():
    """The names of the extractors, in order: yt-dlp compares each with all others (18 ms of a run)."""
    module = sys.modules['yt_dlp.YoutubeDL']
    choose = module.orderedSet_from_options
    expect_parameters(choose, ('options', 'alias_dict', 'use_regex', 'start'))
    others = set(choose.__code__.co_names) - NAMES_OF_CHOICE
    if others:
        raise Misfit(f'{choose.__name__} uses {", ".join(sorted(others))}')
    asked = []

    class Listener:
        params = {}

        def add_info_extractor(self, _):
            pass

        def write_debug(self, _):
            pass

    def choose_and_note(*args, **kwargs):
        asked.append((args, kwargs))
        return choose(*args, **kwargs)

    with replaced(module, 'orderedSet_from_options', choose_and_note):
        module.YoutubeDL.add_default_info_extractors(Listener())
    (question,) = asked
    answer = choose(*question[0], **question[1])

    @functools.wraps(choose)
    def recall(*args, **kwargs):
        return list(answer) if (args, kwargs) == question else choose(*args, **kwargs)

    module.orderedSet_from_options = recall


def remember_trust_store():
    """The first TLS context of a run with ordinary options: reading the authorities and freeing them takes 10 ms."""
    keep_first_answer(sys.modules['yt_dlp.networking.common'], 'make_ssl_context', OPENSSL_VARIABLES, trusted_files)


def remember_options():
    """The parser of the options (4 ms), for the command line."""
    keep_first_answer(sys.modules['yt_dlp.options'], 'create_parser')


def remember_system():
    """The description of the system, which yt-dlp keeps by itself once it has asked the program `file` (8 ms)."""
    from yt_dlp.utils import system_identifier

    if not hasattr(system_identifier, 'cache_clear'):
        raise Misfit('system_identifier is not kept')
    system_identifier()


def forget_programs():
    """Forgets what programs found by another PATH have said."""
    with contextlib.suppress(Exception):
        from yt_dlp.utils import system_identifier

        system_identifier.cache_clear()
    with contextlib.suppress(Exception):
        from yt_dlp.postprocessor import FFmpegPostProcessor

        FFmpegPostProcessor._version_cache.clear()


MEMORIES = {
    'extractors': remember_extractors,
    'trust store': remember_trust_store,
    'options': remember_options,
    'system': remember_system,
}


def keep_first_answer(module, name, further_variables=frozenset(), stamps=tuple):
    """
    Calls a function without arguments, and has the first call of each run with the same arguments return that object. It is
    the run's own from the fork on, so only one call gets it. It is never freed, which would copy its pages.
    """
    make = getattr(module, name)
    signature = inspect.signature(make)
    ordinary = arguments_of(signature)
    with noted_variables() as read:
        kept = make()
    variables = {variable: os.environ.get(variable) for variable in read | further_variables}
    files = stamps()
    unused = [kept]

    def fits(args, kwargs):
        return (
            arguments_of(signature, *args, **kwargs) == ordinary
            and all(os.environ.get(variable) == value for variable, value in variables.items())
            and stamps() == files
        )

    @functools.wraps(make)
    def recall(*args, **kwargs):
        return unused.pop() if unused and fits(args, kwargs) else make(*args, **kwargs)

    # The list of one is emptied by the run; this keeps a reference.
    recall.kept = kept
    setattr(module, name, recall)


def arguments_of(signature, *args, **kwargs):
    """Returns the arguments of a call by name, with defaults; None if the function does not take them."""
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return bound.arguments


def trusted_files():
    """Returns stamps of the files and folders with the certificates of authorities."""
    paths = [*ssl.get_default_verify_paths()]
    with contextlib.suppress(ImportError):
        import certifi

        paths.append(certifi.where())
    return [stamp(path) for path in paths if path and os.path.isabs(path)]


def stamp(path):
    """Returns a stamp that changes when the file changes; None if there is none."""
    with contextlib.suppress(OSError):
        facts = os.stat(path)
        return path, facts.st_ino, facts.st_size, facts.st_mtime_ns
    return None


def expect_parameters(function, names):
    if tuple(inspect.signature(function).parameters) != names:
        raise Misfit(f'{function.__name__} takes {inspect.signature(function)}')


@contextlib.contextmanager
def replaced(owner, name, value):
    old = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


@contextlib.contextmanager
def noted_variables():
    """Yields a set of the names of the variables of the environment that are read meanwhile."""
    kind = type(os.environ)
    get = kind.__getitem__
    names = set()

    def note(environment, name):
        names.add(name)
        return get(environment, name)

    def refuse(_):
        raise Misfit('it reads the whole environment')

    with replaced(kind, '__getitem__', note), replaced(kind, '__iter__', refuse):
        yield names
