import { keepTable } from "./keep-table.ts";

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stopping.abort();
  });
process.exitCode = await keepTable(process, stopping.signal);
