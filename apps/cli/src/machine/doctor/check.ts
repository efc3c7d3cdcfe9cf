import type { Configuration } from "@dwld/daemon";
import { errorText } from "@dwld/text";
import { minuteMs, withTimeout } from "@dwld/timing";
import { failure, type Finding, type Found } from "./finding.ts";

/** The configuration and the means of the checks of this machine. */
export type DoctorContext = {
  /** The file that the command line names. */
  readonly file?: string | undefined;
  readonly configuration: Configuration;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
};

/** Looks at one subject. An error that it throws is a failure of the subject. */
export type Check<Context> = {
  readonly subject: string;
  readonly look: (context: Context) => Promise<Found | Found[]> | Found | Found[];
};

/** A program or a server that hangs must not hang the doctor. */
const lookTimeoutMs = minuteMs;

/** Runs all checks side by side; returns the findings in the order of the checks. */
export async function runChecks<Context>(checks: readonly Check<Context>[], context: Context): Promise<Finding[]> {
  return (await Promise.all(checks.map((check) => runCheck(check, context)))).flat();
}

async function runCheck<Context>({ subject, look }: Check<Context>, context: Context): Promise<Finding[]> {
  const looking = (async () => [await look(context)].flat())();
  const found = await withTimeout(looking, lookTimeoutMs, () => [overdue]).catch((error: unknown) => [
    failure(errorText(error), ""),
  ]);
  return found.map((each) => ({ subject, ...each }));
}

const overdue = failure(
  `nothing was found out within ${lookTimeoutMs / 1000} s`,
  "See whether this machine is overloaded, and ask again.",
);
