import type { ServiceImpl } from "@connectrpc/connect";
import type { DownloadService } from "@dwld/rpc";
import { callerOf } from "../limits/caller.ts";
import { addTaskRules } from "../rules/request-rules.ts";
import { addTask } from "./add-task.ts";
import { addTasks } from "./add-tasks.ts";
import { cancelTask } from "./cancel-task.ts";
import { cleanHistory } from "./clean-history.ts";
import type { ServiceContext } from "./context.ts";
import { deleteTask } from "./delete-task.ts";
import { getStatus } from "./get-status.ts";
import { getTask } from "./get-task.ts";
import { listSites } from "./list-sites.ts";
import { listTasks } from "./list-tasks.ts";
import { resumeSite } from "./resume-site.ts";
import { retryTask } from "./retry-task.ts";
import { watchTasks } from "./watch-tasks.ts";

/** `dwld.v1.DownloadService`, a method a file. */
export function downloadService(context: ServiceContext): ServiceImpl<typeof DownloadService> {
  const rules = addTaskRules(context.now);
  return {
    addTask: (request, call) => addTask(context, { rules, caller: callerOf(call) }, request),
    addTasks: (request, call) => addTasks(context, { rules, caller: callerOf(call) }, request, call),
    getTask: (request) => getTask(context, request),
    listTasks: (request) => listTasks(context, request),
    watchTasks: (request, { signal }) => watchTasks(context, request, signal),
    cancelTask: (request) => cancelTask(context, request),
    retryTask: (request, call) => retryTask(context, callerOf(call), request),
    deleteTask: (request) => deleteTask(context, request),
    cleanHistory: (request) => cleanHistory(context, request),
    listSites: async () => await listSites(context),
    resumeSite: (request) => resumeSite(context, request),
    getStatus: () => getStatus(context),
  };
}
