import { importLegacy } from "./import-legacy.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stopping.abort();
  });
process.exitCode = await importLegacy(process, stopping.signal);
