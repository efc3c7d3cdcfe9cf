import type { TaskOptions } from "@dwld/queue";
import type { DownloadStory } from "../ytdlp/run-state.ts";
import { expectedBytes } from "../ytdlp/expected-bytes.ts";
import type { Shortage, SpaceKeeper } from "./disk-admission.ts";

/** Also where a program says nothing before it has finished. */
const lookEveryMs = 1000;

export type RoomWatch = {
  /** Aborted with "no_room". */
  readonly signal: AbortSignal;
  /** The run has told something. */
  look(): void;
  stop(): void;
  /** Why the run was ended; undefined where it was not. */
  verdict(): Promise<Shortage | undefined>;
};

export type WatchedRun = {
  taskId: string;
  options: TaskOptions;
  story: () => DownloadStory;
  /** It became known what the download takes in all. */
  onAnnounced: (totalBytes: number) => void;
  onError: (error: unknown) => void;
};

/** Ends a run for which there is no room: as soon as its size is known, or else before the disk is full. */
export function watchRoom(space: SpaceKeeper, run: WatchedRun): RoomWatch {
  const controller = new AbortController();
  let totalBytes: number | undefined;
  let shortage: Shortage | undefined;
  let looking: Promise<void> | undefined;

  const judge = async (): Promise<void> => {
    const story = run.story();
    const expected = expectedBytes(story, run.options);
    const announced = totalBytes === undefined && expected.totalBytes !== undefined;
    totalBytes = expected.totalBytes ?? totalBytes;
    space.expect(run.taskId, expected);
    if (announced) run.onAnnounced(expected.totalBytes ?? 0);
    const isLive = story.video?.live === true;
    shortage ??= announced ? await space.misfit(run.taskId) : await space.shortage(run.taskId, isLive);
    if (shortage !== undefined) controller.abort("no_room");
  };
  const look = () => {
    looking ??= judge()
      .catch(run.onError)
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    signal: controller.signal,
    look,
    stop: () => {
      clearInterval(timer);
    },
    verdict: async () => {
      await looking;
      return shortage;
    },
  };
}
