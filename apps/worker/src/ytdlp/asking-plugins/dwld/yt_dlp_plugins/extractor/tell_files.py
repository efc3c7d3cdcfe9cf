"""A plugin of yt-dlp for the run that asks it about itself: a line of the files on which its answers depend."""

import json
import os
import sys

# The scripts for YouTube's challenges and the imitation of browsers are packages of their own.
_modules = [sys.modules.get(name) for name in ('yt_dlp', 'yt_dlp.version', 'yt_dlp_ejs', 'curl_cffi')]
_files = [module.__file__ for module in _modules if getattr(module, '__file__', None)]
# A folder changes when a package is installed, upgraded or removed in it.
_paths = [sys.executable, *sys.path, *_files, *map(os.path.dirname, _files)]
sys.stderr.write(f'[dwld] files: {json.dumps(_paths)}\n')
