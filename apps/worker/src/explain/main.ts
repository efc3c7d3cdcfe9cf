import { explain } from "./explain.ts";

process.exitCode = await explain(process);
