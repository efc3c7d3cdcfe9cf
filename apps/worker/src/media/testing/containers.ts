import { join } from "node:path";
import { isThorough, makeVideo } from "@dwld/testbed";
import { execa } from "execa";

type Made = {
  /** Whether the form leaves no doubt, so that no program is asked. */
  plain: boolean;
  args: readonly string[];
};

const copy = ["-c", "copy"];
const sound = ["-vn", "-c:a"];
const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"];
const av1 = ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8"];
const tags = ["-metadata", "title=A title", "-metadata", "artist=B", "-metadata", "comment=C"];
/** 1.9 s of a picture of odd sides. */
const odd = ["-t", "1.9", "-vf", "crop=159:89"];

/** Files as yt-dlp and its ffmpeg make them. */
const usual: Record<string, Made> = {
  "copied.mp4": { plain: true, args: [...copy, ...tags] },
  "faststart.mp4": { plain: true, args: [...copy, "-movflags", "+faststart"] },
  "fragments.mp4": { plain: false, args: [...copy, "-movflags", "+frag_keyframe+empty_moov"] },
  "silent.mp4": { plain: true, args: ["-an", ...copy] },
  "av1.mp4": { plain: true, args: [...av1, "-c:a", "libopus"] },
  "sound.m4a": { plain: true, args: [...sound, "copy"] },
  "copied.mkv": { plain: true, args: [...copy, ...tags] },
  "vp9.webm": { plain: true, args: [...vp9, ...odd, "-c:a", "libopus"] },
  "sound.webm": { plain: true, args: [...sound, "libopus"] },
  "sound.mp3": { plain: true, args: [...sound, "libmp3lame", ...tags] },
  "sound.opus": { plain: false, args: [...sound, "libopus"] },
  "copied.ts": { plain: false, args: copy },
};

const rare: Record<string, Made> = {
  "reordered.mp4": { plain: true, args: ["-c:v", "libx264", "-bf", "3", "-g", "8", "-c:a", "copy"] },
  "part.mp4": { plain: true, args: ["-ss", "0.7", "-t", "1", ...copy] },
  "vp9.mp4": { plain: true, args: [...vp9, "-c:a", "libopus"] },
  "deep.webm": { plain: true, args: [...vp9, "-pix_fmt", "yuv420p10le", "-an"] },
  "vp8.webm": { plain: true, args: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"] },
  "vorbis.webm": { plain: false, args: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"] },
  "av1.mkv": { plain: true, args: [...av1, ...odd, "-c:a", "libopus"] },
  "sound.mka": { plain: true, args: [...sound, "copy"] },
  "sound128.mp3": { plain: true, args: [...sound, "libmp3lame", "-b:a", "128k"] },
  "mono.mp3": { plain: true, args: [...sound, "libmp3lame", "-ac", "1", "-ar", "22050"] },
  "colours.mp4": { plain: false, args: ["-c:v", "libx264", "-pix_fmt", "yuv444p", "-c:a", "copy"] },
  "hevc.mp4": { plain: false, args: ["-c:v", "libx265", "-x265-params", "log-level=error", "-c:a", "copy"] },
  "dash.mp4": { plain: false, args: [...copy, "-movflags", "+dash+global_sidx"] },
  "mp3.mp4": { plain: false, args: ["-c:v", "copy", "-c:a", "libmp3lame"] },
  "flac.mp4": { plain: false, args: ["-c:v", "copy", "-c:a", "flac", "-strict", "-2"] },
  "alac.m4a": { plain: false, args: [...sound, "alac"] },
  "live.mkv": { plain: false, args: [...copy, "-f", "matroska", "-live", "1"] },
  "copied.mov": { plain: false, args: copy },
  "copied.3gp": { plain: false, args: copy },
  "copied.avi": { plain: false, args: copy },
  "copied.flv": { plain: false, args: copy },
  "sound.ogg": { plain: false, args: [...sound, "libvorbis"] },
  "sound.flac": { plain: false, args: [...sound, "flac"] },
  "sound.wav": { plain: false, args: [...sound, "pcm_s16le"] },
  "sound.aac": { plain: false, args: [...sound, "copy"] },
};

/** A file that a test compares. */
export type Sample = { path: string; plain: boolean };

/** Makes a file of each container and codec that yt-dlp produces, all of them with THOROUGH=1. */
export async function makeContainers(folder: string): Promise<Sample[]> {
  const video = await makeVideo({ seed: "containers", seconds: 2 });
  const kinds = Object.entries(isThorough ? { ...usual, ...rare } : usual);
  const samples = kinds.map(([name, { plain, args }]) => ({ path: join(folder, name), plain, args }));
  await execa("ffmpeg", [
    "-nostdin",
    "-v",
    "error",
    "-i",
    video,
    ...samples.flatMap(({ path, args }) => [...args, path]),
  ]);
  return samples;
}
