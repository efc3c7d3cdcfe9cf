"""Loads yt-dlp, and all that every run of it would load and find out."""

import contextlib
import gc
import os
import re
import runpy
import sys
import zipfile


def load(program):
    """Scripts of Debian and pip, and the archive: each imports yt_dlp, and runs it only where it is __main__."""
    find_modules_for(program)
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


def find_modules_for(program):
    """What stands first in sys.path: the archive, or the folder of the script unless python was told -P or -I."""
    has_own = not getattr(sys.flags, 'safe_path', False)
    if has_own:
        del sys.path[0]
    if zipfile.is_zipfile(program):
        sys.path.insert(0, program)
    elif has_own:
        sys.path.insert(0, os.path.dirname(os.path.realpath(program)))
