"""A plugin of yt-dlp: an extractor more, for links that begin with made-up:"""

from yt_dlp.extractor.common import InfoExtractor


class MadeUpIE(InfoExtractor):
    _VALID_URL = r'made-up:(?P<id>\w+)'

    def _real_extract(self, url):
        return {'id': self._match_id(url), 'title': 'made up', 'url': 'http://127.0.0.1:1/', 'ext': 'mp4'}
