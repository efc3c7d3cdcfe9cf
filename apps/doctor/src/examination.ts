import type { Configuration, Finding } from "@dwld/daemon";
import { errorText } from "@dwld/text";
import { withTimeout } from "@dwld/timing";
import { failure } from "./finding.ts";

/** What the checks look at the machine with. */
export type Patient = {
  readonly configuration: Configuration;
  /** `--config FILE`, for programs of dwld that are asked. */
  readonly configArguments: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
};

/** Looks at one subject. What it throws is a failure of it. */
export type Check = { readonly subject: string; readonly look: (patient: Patient) => Promise<Finding[]> | Finding[] };

/** A program or a server that hangs must not hang the doctor. */
const longestLookMs = 60_000;

/** All checks side by side; the findings in the checks' order. */
export async function examine(checks: readonly Check[], patient: Patient): Promise<Finding[]> {
  return (await Promise.all(checks.map((check) => lookWithin(check, patient)))).flat();
}

async function lookWithin({ subject, look }: Check, patient: Patient): Promise<Finding[]> {
  try {
    return await withTimeout((async () => look(patient))(), longestLookMs, () => {
      const message = `nothing was found out within ${longestLookMs / 1000} s`;
      return [failure(subject, message, "See whether this machine is overloaded, and ask again.")];
    });
  } catch (error) {
    return [failure(subject, errorText(error), "")];
  }
}
