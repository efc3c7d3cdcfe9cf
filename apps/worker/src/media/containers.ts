/**
 * Demuxers (by their names in ffmpeg 7.1) that ffmpeg and ffprobe may use: those of media alone. They recognize a format
 * by a file's first bytes, whatever its name says: a "video" that is a DASH manifest, an SDP file or a list of files would
 * make them read what it names, files of this machine too. A plugin keeps yt-dlp to the same (ytdlp/plugins,
 * media_alone.py).
 */
export const containers = [
  ...["mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg", "mpegvideo", "flv", "live_flv"],
  ...["avi", "asf", "rm", "nut", "mxf", "ivf", "gif", "apng", "m4v", "h264", "hevc", "obu", "mp3", "ogg", "wav", "w64"],
  ...["aac", "ac3", "eac3", "flac", "aiff", "caf", "amr", "ape", "tta", "wv", "dts", "dtshd", "mpc", "mpc8", "tak"],
  ...["dsf", "truehd", "au"],
];

/** Goes before the input that it restricts. */
export const mediaAlone = ["-format_whitelist", containers.join(",")] as const;
