"""unpack.py PROGRAM FOLDER: unpacks a release of yt-dlp, which is a zip file behind a first line. Nothing of it is run."""

import os
import re
import stat
import sys
import zipfile

MAX_BYTES = 200 * 1024 * 1024
MAX_FILES = 20_000
NAME = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*')


def unpack(program, folder):
    left = MAX_BYTES
    with zipfile.ZipFile(program) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_FILES:
            sys.exit('it has too many files')
        for entry in entries:
            if entry.is_dir():
                continue
            mode = entry.external_attr >> 16
            if not NAME.fullmatch(entry.filename) or (stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
                sys.exit(f'it has a file that is not unpacked: {entry.filename[:100]!r}')
            path = os.path.join(folder, entry.filename)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            # A second file of the same name is refused.
            with archive.open(entry) as packed, open(path, 'xb') as file:
                while chunk := packed.read(1024 * 1024):
                    left -= len(chunk)
                    if left < 0:
                        sys.exit('it is too large when unpacked')
                    file.write(chunk)


if __name__ == '__main__':
    _, program, folder = sys.argv
    # Nothing waits for it.
    os.nice(10)
    unpack(program, folder)
