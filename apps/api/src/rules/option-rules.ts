import { contradictions, defaultOptions, type MessageFields, readOptions, type TaskOptions } from "@dwld/options";
import * as z from "zod";
import { snakeCase } from "./field-name.ts";

const spelling = { name: snakeCase, value: (_: string, value: string) => value.toUpperCase() };

/** The rules of the option table. Contradictions are looked for once each field is right by itself. */
export const optionRules = z
  .custom<MessageFields>()
  .optional()
  .transform((message, context): TaskOptions => {
    if (message === undefined) return defaultOptions;
    const { options, broken } = readOptions(message);
    for (const { path, words } of broken.length > 0 ? broken : contradictions(options, spelling))
      context.addIssue({ code: "custom", path: [...path], message: words });
    return options;
  });
