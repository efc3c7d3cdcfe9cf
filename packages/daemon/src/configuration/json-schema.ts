import * as z from "zod";
import { configurationSchema } from "./schema.ts";

let made: z.core.JSONSchema.JSONSchema | undefined;

/** Returns the schema of a configuration file for editors (JSON Schema 2020-12), which is made when somebody asks: it takes 16 ms of CPU. */
export function configurationJsonSchema(): z.core.JSONSchema.JSONSchema {
  return (made ??= z.toJSONSchema(configurationSchema, { io: "input" }));
}
