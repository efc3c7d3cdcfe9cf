import { valuesInIndex } from "./values-in-index.ts";

/** The sites that have due tasks, `due_sites (site)`. An index of such sites would be written with every new task. */
export const dueSites = valuesInIndex("due_sites", {
  column: "site",
  index: "tasks_due",
  where: "state = 'QUEUED' AND not_before IS NULL",
});
