import * as z from "zod";
import { configurationSchema } from "./schema.ts";

/** The schema of a configuration file for editors (JSON Schema 2020-12). */
export const configurationJsonSchema: z.core.JSONSchema.JSONSchema = z.toJSONSchema(configurationSchema, {
  io: "input",
});
