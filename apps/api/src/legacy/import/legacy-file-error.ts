/** A file is no readable database of the first dwld. The message says why, and what to do. */
export class LegacyFileError extends Error {
  override readonly name = "LegacyFileError";
  readonly code = "legacy_file";
}
