"""
A plugin of yt-dlp: its errors say what Retry-After asks for (RFC 9110, 10.2.3), which yt-dlp reads nowhere
(2025.04.30, 2026.10.26). "HTTP Error 429: Too Many Requests (Retry-After: 120)": always in seconds, and in no words of
the site's. Where yt-dlp is built otherwise, nothing is said.
"""

from email.utils import parsedate_to_datetime
from math import ceil
from time import time

from yt_dlp.networking.exceptions import HTTPError

_init = HTTPError.__init__


def _seconds(value):
    """A number of seconds, or a date."""
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
