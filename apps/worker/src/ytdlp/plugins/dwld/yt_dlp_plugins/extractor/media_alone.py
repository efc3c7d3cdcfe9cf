"""
A plugin of yt-dlp that keeps its post-processors to media, subtitles and pictures. ffmpeg (7.1) recognizes a format by a
file's first bytes, whatever its name says: a "video" that is a DASH manifest, an SDP file or a list of files would make it
read what it names, files of this machine too (2025.04.30, 2026.10.26).
"""

import sys

try:
    from yt_dlp.postprocessor.ffmpeg import FFmpegPostProcessor

    _real_run_ffmpeg = FFmpegPostProcessor.real_run_ffmpeg
except (AttributeError, ImportError) as error:
    # yt-dlp would continue without a plugin that fails.
    sys.exit(f'ERROR: dwld cannot keep this yt-dlp to media files, so it must not run: {error}')

# The same list as in media/containers.ts.
CONTAINERS = (
    'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mpegvideo,flv,live_flv,avi,asf,rm,nut,mxf,ivf,gif,apng,m4v,h264,'
    'hevc,obu,mp3,ogg,wav,w64,aac,ac3,eac3,flac,aiff,caf,amr,ape,tta,wv,dts,dtshd,mpc,mpc8,tak,dsf,truehd,au'
)
BESIDE = (
    'srt,webvtt,ass,subviewer,subviewer1,microdvd,sami,mpl2,lrc,jacosub,stl,realtext,ffmetadata,'
    'image2,jpeg_pipe,png_pipe,webp_pipe,gif_pipe,bmp_pipe,tiff_pipe,mjpeg'
)


def _run_on_media(self, input_path_opts, output_path_opts, **kwargs):
    def options_of(given):
        given = list(given)
        # "concat" is a list that yt-dlp itself made: the sections of a video.
        formats = (CONTAINERS, BESIDE, 'concat') if 'concat' in given else (CONTAINERS, BESIDE)
        return ['-format_whitelist', ','.join(formats), *given]

    inputs = [(path, options_of(given)) for path, given in input_path_opts]
    return _real_run_ffmpeg(self, inputs, output_path_opts, **kwargs)


FFmpegPostProcessor.real_run_ffmpeg = _run_on_media
