"""
A plugin of yt-dlp that adds Retry-After (RFC 9110, 10.2.3) to its errors, which yt-dlp (2025.04.30, 2026.10.26) never
reads: "HTTP Error 429: Too Many Requests (Retry-After: 120)". Always in seconds, and never in words of the site. Adds
nothing if yt-dlp's errors are built in another way.
"""

from email.utils import parsedate_to_datetime
from math import ceil
from time import time

from yt_dlp.networking.exceptions import HTTPError

_init = HTTPError.__init__


def _seconds(value):
    """Converts a number of seconds, or a date."""
    if value.isascii() and value.isdigit():
        return int(value[:9])
    return ceil(parsedate_to_datetime(value).timestamp() - time())


def _init_and_tell(self, response, *args, **kwargs):
    _init(self, response, *args, **kwargs)
    try:
        seconds = _seconds(response.headers["Retry-After"].strip())
        if seconds > 0:
            self.msg = f"{self.msg} (Retry-After: {seconds})"
            self.args = (self.msg,)
    except Exception:  # there is none, or one that says nothing
        pass


HTTPError.__init__ = _init_and_tell
