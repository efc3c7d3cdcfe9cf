/**
 * What ffmpeg and ffprobe may take a file for: media, by the names of their demuxers (7.1). They know a format by a file's
 * first bytes, whatever its name says: a "video" that is a DASH list, an SDP file or a list of files would have them read
 * what that names, files of this machine too. yt-dlp is kept to the same by a plugin (ytdlp/plugins, media_alone.py).
 */
export const containers = [
  ...["mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg", "mpegvideo", "flv", "live_flv"],
  ...["avi", "asf", "rm", "nut", "mxf", "ivf", "gif", "apng", "m4v", "h264", "hevc", "obu", "mp3", "ogg", "wav", "w64"],
  ...["aac", "ac3", "eac3", "flac", "aiff", "caf", "amr", "ape", "tta", "wv", "dts", "dtshd", "mpc", "mpc8", "tak"],
  ...["dsf", "truehd", "au"],
];

/** Stands before the input that it is for. */
export const mediaAlone = ["-format_whitelist", containers.join(",")] as const;
