/** The file cannot be read as a database of the first dwld; the message says why, and what to do. */
export class LegacyFileError extends Error {
  override readonly name = "LegacyFileError";
  readonly code = "legacy_file";
}
