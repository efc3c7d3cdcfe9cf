"""Loads yt-dlp, and everything that each of its runs would load and find out."""

import contextlib
import gc
import os
import re
import runpy
import sys
import zipfile


def load(program):
    """Loads the scripts of Debian and pip, or the archive: each imports yt_dlp and runs it only if it is __main__."""
    find_modules_for(program)
    sys.argv = [program]
    runpy.run_path(program, run_name='dwld')
    import yt_dlp
    import yt_dlp.downloader
    import yt_dlp.postprocessor
    # All extractors: a page of an unknown site may embed a video of any of them.
    import yt_dlp.extractor._extractors

    # Each extractor compiles its patterns when it is first asked, and keeps them.
    re.purge()
    for extractor in yt_dlp.extractor.gen_extractor_classes():
        # Some extractors fail on an empty page.
        with contextlib.suppress(Exception):
            extractor.suitable('https://dwld.invalid/')
            list(extractor.extract_from_webpage(None, 'https://dwld.invalid/', ''))
    # Asks ffmpeg for its version, which is kept as well. That there is no ffmpeg is not kept.
    ffmpeg = yt_dlp.postprocessor.FFmpegPostProcessor
    if not ffmpeg().available:
        ffmpeg._version_cache.clear()
    # Excludes the loaded objects from garbage collection, which would copy their pages in each run.
    gc.collect()
    gc.freeze()
    return yt_dlp


def find_modules_for(program):
    """Puts the archive first in sys.path, or the folder of the script unless Python has the flag -P or -I."""
    has_own = not getattr(sys.flags, 'safe_path', False)
    if has_own:
        del sys.path[0]
    if zipfile.is_zipfile(program):
        sys.path.insert(0, program)
    elif has_own:
        sys.path.insert(0, os.path.dirname(os.path.realpath(program)))
