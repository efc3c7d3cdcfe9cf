"""Loads yt-dlp, and everything that each of its runs would load and find out."""

import contextlib
import gc
import os
import runpy
import sys
import zipfile

from compiled_patterns import CompiledPatterns
from immortal_objects import immortalize
from memories import MEMORIES, Memories
from rehearsal import rehearse


def load(program):
    """
    Loads the scripts of Debian and pip, or the archive: each imports yt_dlp and runs it only if it is __main__. Returns yt_dlp
    and its memories.
    """
    find_modules_for(program)
    sys.argv = [program]
    runpy.run_path(program, run_name='dwld')
    import yt_dlp
    import yt_dlp.downloader
    import yt_dlp.postprocessor
    # All extractors: a page of an unknown site may embed a video of any of them.
    import yt_dlp.extractor._extractors

    memories = Memories()
    patterns = CompiledPatterns()
    memories.add('patterns', patterns.learn)
    ask_extractors(yt_dlp)
    ask_ffmpeg(yt_dlp)
    for name, remember in MEMORIES.items():
        memories.add(name, remember)
    memories.add('rehearsal', lambda: rehearse(yt_dlp, patterns))
    patterns.learns = False
    gc.collect()
    memories.add('references', immortalize)
    # Excludes the loaded objects from garbage collection, which would copy their pages in each run.
    gc.freeze()
    return yt_dlp, memories


def ask_extractors(yt_dlp):
    """Each extractor compiles its patterns when it is first asked, and keeps most of them."""
    for extractor in yt_dlp.extractor.gen_extractor_classes():
        # Some extractors fail on an empty page.
        with contextlib.suppress(Exception):
            extractor.suitable('https://dwld.invalid/')
            list(extractor.extract_from_webpage(None, 'https://dwld.invalid/', ''))


def ask_ffmpeg(yt_dlp):
    """Asks ffmpeg for its version, which yt-dlp keeps. That there is no ffmpeg is not kept."""
    ffmpeg = yt_dlp.postprocessor.FFmpegPostProcessor
    if not ffmpeg().available:
        ffmpeg._version_cache.clear()


def find_modules_for(program):
    """Puts the archive first in sys.path, or the folder of the script unless Python has the flag -P or -I."""
    has_own = not getattr(sys.flags, 'safe_path', False)
    if has_own:
        del sys.path[0]
    if zipfile.is_zipfile(program):
        sys.path.insert(0, program)
    elif has_own:
        sys.path.insert(0, os.path.dirname(os.path.realpath(program)))
