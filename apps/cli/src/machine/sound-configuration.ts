import { existsSync } from "node:fs";

/** Returns the sentence about a configuration without mistakes: which file it is, or that none is there. */
export function soundConfiguration(file: string): string {
  return existsSync(file) ? `no mistakes in ${file}` : `${file} is not there: each setting has its default`;
}
