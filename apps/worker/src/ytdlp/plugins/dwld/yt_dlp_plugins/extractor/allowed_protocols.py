"""
A plugin of yt-dlp that keeps a run to its proxy. A proxy carries HTTP; for anything else yt-dlp (2025.04.30, 2026.10.26)
starts programs or opens connections that ignore the proxy: ffmpeg for sections of ftp and rtmp, rtmpdump, mpv, WebSockets.
Without a proxy, when private hosts are allowed, other network protocols are allowed too; files of this machine never are.
"""

import sys
from urllib.parse import urlsplit

try:
    from yt_dlp import YoutubeDL
    from yt_dlp.downloader.common import FileDownloader
    from yt_dlp.downloader.external import ExternalFD, FFmpegFD

    _process_info = YoutubeDL.process_info
    _download = FileDownloader.download
    _real_download = ExternalFD.real_download
    _configuration_args = FFmpegFD._configuration_args
except (AttributeError, ImportError) as error:
    # yt-dlp would continue without a plugin that fails.
    sys.exit(f'ERROR: dwld cannot keep this yt-dlp to its proxy, so it must not run: {error}')

CARRIED = ('http', 'https')
DIRECT = (*CARRIED, 'ftp', 'ftps', 'rtmp', 'rtmpe', 'rtmps', 'rtmpt', 'rtsp', 'mms', 'mmsh', 'ws', 'wss')
# Protocols that ffmpeg needs below them, for keys of HLS and for standard input from yt-dlp too.
BELOW_CARRIED = ('httpproxy', 'tls', 'tcp', 'crypto', 'data', 'pipe', 'fd')
BELOW_DIRECT = (*BELOW_CARRIED, 'udp', 'rtp', 'ffrtmpcrypt', 'ffrtmphttp')


def _proxies(ydl):
    return {proxy for proxy in ydl.proxies.values() if proxy not in (None, '', '__noproxy__')}


def _schemes(info):
    for part in info.get('requested_formats') or [info]:
        url = part.get('url')
        # "-" is the standard input of ffmpeg, which yt-dlp writes to.
        if url and url != '-':
            yield urlsplit(url).scheme.lower()[:20]


def _is_refused(ydl, info):
    allowed = CARRIED if _proxies(ydl) else DIRECT
    for scheme in _schemes(info):
        if scheme not in allowed:
            ydl.report_error(f'Protocol refused by dwld: the video comes by "{scheme}", which is not allowed here')
            return True
    return False


def _process_info_allowed(self, info_dict):
    """Refuses a video before yt-dlp reports that it cannot download sections of it."""
    if not _is_refused(self, info_dict):
        _process_info(self, info_dict)


def _download_allowed(self, filename, info_dict, *args, **kwargs):
    """Refuses other downloads, such as subtitles."""
    if _is_refused(self.ydl, info_dict):
        return False, False
    return _download(self, filename, info_dict, *args, **kwargs)


def _download_by_proxy(self, filename, info_dict):
    """Refuses downloads by ffmpeg and aria2c unless the proxy is http://: they bypass proxies of other kinds."""
    for proxy in _proxies(self.ydl):
        if not proxy.startswith('http://'):
            self.report_error(
                f'{self.get_basename()}, which this download needs, goes by an http:// proxy alone: '
                f'a {proxy.split(":")[0]} proxy is not supported')
            return False
    return _real_download(self, filename, info_dict)


def _configuration_args_allowed(self, keys=None, *args, **kwargs):
    """Limits the protocols of each input of ffmpeg, which a playlist or a redirect may change."""
    configured = _configuration_args(self, keys, *args, **kwargs)
    if not keys or '_i' not in keys:
        return configured
    protocols = (*CARRIED, *BELOW_CARRIED) if _proxies(self.ydl) else (*DIRECT, *BELOW_DIRECT)
    return ['-protocol_whitelist', ','.join(protocols), *configured]


YoutubeDL.process_info = _process_info_allowed
FileDownloader.download = _download_allowed
ExternalFD.real_download = _download_by_proxy
FFmpegFD._configuration_args = _configuration_args_allowed
