export { FolderError } from "./folder-error.ts";
export { type MadeFolder, makeFolder } from "./make-folder.ts";
export { placeFile } from "./place-file.ts";
