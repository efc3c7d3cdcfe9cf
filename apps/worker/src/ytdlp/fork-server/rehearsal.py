"""Rehearses a run: a process of its own fetches a made-up video, without a network, and tells which patterns it compiled."""

import contextlib
import io
import json
import os
import shutil
import signal
import tempfile

LONGEST_SECONDS = 5
CHUNK_BYTES = 65536

PAGE = b"""<html><head><title>A</title><meta property="og:title" content="A"></head>
<body><video controls>
<source src="video.mp4" type='video/mp4; codecs="avc1.4d401e, mp4a.40.2"' label="500 kbps" res="360">
<source src="small.mp4" type="video/mp4"></video></body></html>"""
ANSWERS = {'.mp4': ('video/mp4', bytes(CHUNK_BYTES)), '': ('text/html; charset=utf-8', PAGE)}
LINK = 'http://rehearsal.invalid/watch/a'

# Has the kinds of options that dwld uses; their values do not matter.
ARGUMENTS = [
    '--ignore-config', '--no-colors', '--newline', '--no-simulate', '--output-na-placeholder=null', '--retry-sleep=exp=1:30',
    '--retry-sleep=fragment:exp=1:30', '--progress', '--progress-template=download:{"status":%(progress.status)j}',
    '--progress-template=postprocess:{"status":%(progress.status)j}', '--print=pre_process:%(.{id})j',
    '--print=before_dl:%(formats.:.width)j %(.{id,title})j', '--print=after_move:%(filepath)j', '--no-playlist',
    '--playlist-items=:1', '--match-filters=!is_live', '--format=bv*[height<=?720]+ba/b[height<=?720]/b',
    '--format-sort=res:720,vcodec:h264,acodec:aac', '--merge-output-format=mp4',
    '--output=%(title).100B [%(id)s].%(ext)s', '--no-mtime',
]


def rehearse(yt_dlp, patterns):
    """Adds the patterns of the rehearsal to the known ones."""
    # Not a TemporaryDirectory, which would register a function for the end of each run.
    folder = tempfile.mkdtemp()
    try:
        told = ask_process(lambda: patterns_of_run(yt_dlp, patterns, folder))
    finally:
        # There only if the process was killed. The process removes it since this one may be killed meanwhile.
        shutil.rmtree(folder, ignore_errors=True)
    for pattern, flags in json.loads(told):
        patterns.recall(pattern, flags)


def patterns_of_run(yt_dlp, patterns, folder):
    from yt_dlp.networking.common import RequestDirector, Response

    def answer(_, request):
        kind, body = next(found for suffix, found in ANSWERS.items() if request.url.endswith(suffix))
        return Response(io.BytesIO(body), request.url, {'Content-Type': kind, 'Content-Length': str(len(body))})

    RequestDirector.send = answer
    os.environ['YTDLP_NO_PLUGINS'] = '1'
    patterns.unknown.clear()
    try:
        with contextlib.suppress(SystemExit):
            yt_dlp.main([*ARGUMENTS, *(f'--paths={kind}:{folder}' for kind in ('home', 'temp')), f'--cache-dir={folder}', LINK])
    finally:
        shutil.rmtree(folder)
    return json.dumps(patterns.unknown)


def ask_process(answer):
    """Returns the text that a function returns in a forked process, which says nothing else and may take 5 s."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(LONGEST_SECONDS)
            silence = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(silence, number)
            os.close(reader)
            with open(writer, 'w') as pipe:
                pipe.write(answer())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader) as pipe:
        text = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        raise RuntimeError(f'its process ended with status {status}')
    return text
