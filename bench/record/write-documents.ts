import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docs, documentsOfRecord } from "./recorded-documents.ts";

/** Is a part of `make docs`. */
for (const [name, text] of Object.entries(documentsOfRecord())) writeFileSync(join(docs, name), text);
