import { create } from "@bufbuild/protobuf";
import type { Section, TaskOptions } from "@dwld/queue";
import { type TaskOptions as OptionsMessage, SectionSchema, TaskOptionsSchema } from "@dwld/rpc";
import {
  audioFormats,
  liveModes,
  recodes,
  subtitlePlacements,
  thumbnails,
  wireValue,
} from "../rules/option-choices.ts";
import { wireCount, wireDuration } from "./wire-values.ts";

/** Options as the contract tells them; a default is told as unspecified, whichever of both was said. */
export function optionsMessage(options: TaskOptions): OptionsMessage {
  return create(TaskOptionsSchema, {
    audioOnly: options.audioOnly,
    audioFormat: wireValue(audioFormats, options.audioFormat),
    subtitleLanguages: [...options.subtitleLanguages],
    automaticSubtitles: options.automaticSubtitles,
    subtitlePlacement: wireValue(subtitlePlacements, options.subtitlePlacement),
    thumbnail: wireValue(thumbnails, options.thumbnail),
    embedChapters: options.embedChapters,
    embedMetadata: options.embedMetadata,
    sponsorblockRemove: [...options.sponsorblockRemove],
    sponsorblockMark: [...options.sponsorblockMark],
    sections: options.sections.map(sectionMessage),
    playlist: options.playlist,
    playlistLimit: wireCount(options.playlistLimit),
    uploadedAfter: options.uploadedAfter,
    uploadedBefore: options.uploadedBefore,
    liveMode: wireValue(liveModes, options.liveMode),
    recode: wireValue(recodes, options.recode),
  });
}

function sectionMessage({ startSeconds, endSeconds }: Section) {
  return create(SectionSchema, {
    ...(startSeconds === 0 ? {} : { start: wireDuration(startSeconds) }),
    ...(endSeconds === null ? {} : { end: wireDuration(endSeconds) }),
  });
}
