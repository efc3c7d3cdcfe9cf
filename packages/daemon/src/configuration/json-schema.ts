import { z } from "zod";
import { configurationSchema } from "./schema.ts";

/** What a configuration file may hold, for editors (JSON Schema 2020-12). */
export const configurationJsonSchema: z.core.JSONSchema.JSONSchema = z.toJSONSchema(configurationSchema, {
  io: "input",
});
