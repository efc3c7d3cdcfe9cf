/** Conflicts that several rows have. */
type Sections = { readonly sections: readonly unknown[] };
type Subtitles = { readonly subtitleLanguages: readonly string[] };

export const hasSections = ({ sections }: Sections): boolean => sections.length > 0;

export const isNotCut = [
  hasSections,
  { en: "cannot be cut: not with {sections}", ru: "нельзя вырезать: несовместимо с {sections}" },
] as const;

export const isOfTheWhole = [
  hasSections,
  { en: "is about the whole video: not with {sections}", ru: "относится ко всему видео и несовместимо с {sections}" },
] as const;

export const goesWithSubtitles = [
  ({ subtitleLanguages }: Subtitles): boolean => subtitleLanguages.length === 0,
  { en: "goes with {subtitleLanguages}", ru: "бывает только вместе с {subtitleLanguages}" },
] as const;
