"""
A plugin of yt-dlp that fetches a small picture of the video beside its download, in the way of the run: its proxy, cookies and
headers (2025.04.30, 2026.10.26). The picture is the file "thumbnail" in HOME, and an event tells that it is there.

A run never fails by it, and its end waits for it a second at most.
"""

import os
import threading
import time
from urllib.parse import urlsplit

from yt_dlp.postprocessor.common import PostProcessor

MOST_BYTES = 2 << 20
CHUNK_BYTES = 1 << 10
# Bounds the wait for an answer, and each read of it.
ANSWER_SECONDS = 3
ALL_SECONDS = 5
# Bounds the wait at the end of the run, for a video that arrives sooner than its picture.
PATIENCE_SECONDS = 1
MOST_TRIED = 2
WANTED_WIDTH = 320
BEGINNINGS = (b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n', b'RIFF', b'GIF8')


class DwldThumbnailPP(PostProcessor):
    """
    Begins with `--use-postprocessor=DwldThumbnail:when=before_dl;marker=MARKER`, and is awaited by
    `--use-postprocessor=DwldThumbnail:when=after_video`.
    """

    # A run has one, however many sections it downloads.
    _fetch = None

    def __init__(self, downloader=None, marker=''):
        super().__init__(downloader)
        self._marker = marker

    def report_progress(self, s):
        """Tells no progress: this is no step of the download."""

    def run(self, info):
        try:
            if not self._marker:
                self._await()
            elif DwldThumbnailPP._fetch is None and (candidates := _choose(info.get('thumbnails'))):
                DwldThumbnailPP._fetch = _Fetch(self._downloader, self._marker, candidates)
                DwldThumbnailPP._fetch.start()
        except Exception as error:
            self.write_debug(f'No thumbnail: {error!r}')
        return [], info

    def _await(self):
        fetch = DwldThumbnailPP._fetch
        if fetch is not None:
            fetch.begins_no_more = True
            fetch.join(PATIENCE_SECONDS)


class _Fetch(threading.Thread):
    def __init__(self, ydl, marker, candidates):
        # The end of the run does not wait for a daemon.
        super().__init__(daemon=True)
        self.begins_no_more = False
        self._ydl = ydl
        self._marker = marker
        self._candidates = candidates
        self._deadline = time.monotonic() + ALL_SECONDS
        self._leave_cookies_alone()

    def run(self):
        for thumbnail in self._candidates:
            if self.begins_no_more and thumbnail is not self._candidates[0]:
                return
            try:
                self._tell(self._read(thumbnail))
                return
            except Exception as error:
                self._ydl.write_debug(f'No thumbnail from {thumbnail["url"]!r}: {error!r}')

    def _read(self, thumbnail):
        from yt_dlp.networking import Request

        seconds = min(ANSWER_SECONDS, self._deadline - time.monotonic())
        if seconds <= 0:
            raise TimeoutError('there was no time left')
        request = Request(
            thumbnail['url'], headers=thumbnail.get('http_headers') or {}, extensions={'timeout': seconds})
        picture = bytearray()
        with self._ydl.urlopen(request) as response:
            while chunk := response.read(CHUNK_BYTES):
                picture += chunk
                if len(picture) > MOST_BYTES:
                    raise ValueError('it is too large')
                if time.monotonic() > self._deadline:
                    raise TimeoutError('it takes too long')
                if not picture.startswith(BEGINNINGS):
                    raise ValueError('it is no picture')
        if not picture:
            raise ValueError('it is empty')
        return picture

    def _tell(self, picture):
        with open(os.path.join(os.environ['HOME'], 'thumbnail'), 'wb') as file:
            file.write(picture)
        # In one call, past Python's buffers: the run itself writes there, too.
        os.write(1, f'{self._marker} {{"thumbnail":{len(picture)}}}\n'.encode())

    def _leave_cookies_alone(self):
        """Keeps none of a picture's cookies: the run may be writing its own into their file meanwhile."""
        jar = self._ydl.cookiejar
        keep = jar.set_cookie

        def keep_unless_from_here(cookie):
            if threading.current_thread() is not self:
                keep(cookie)

        jar.set_cookie = keep_unless_from_here


def _choose(thumbnails):
    """
    Returns at most two, the best one first: the narrowest that is wide enough; then those of unknown width, of which yt-dlp
    has the best one last; then the widest of the others.
    """
    def rank(place):
        width = usable[place].get('width')
        if not isinstance(width, (int, float)):
            return 1, 0, -place
        return (0, width, -place) if width >= WANTED_WIDTH else (2, -width, -place)

    usable = [
        thumbnail for thumbnail in thumbnails or ()
        if urlsplit(thumbnail.get('url') or '').scheme in ('http', 'https') and thumbnail.get('ext') != 'svg'
    ]
    return [usable[place] for place in sorted(range(len(usable)), key=rank)[:MOST_TRIED]]
