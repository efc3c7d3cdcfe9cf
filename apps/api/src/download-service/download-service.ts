import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Scope } from "@dwld/queue";
import type { DownloadService } from "@dwld/rpc";
import { identityOf } from "../access/identity.ts";
import { callerOf } from "../limits/caller.ts";
import { loggedAs } from "../rules/call-id.ts";
import { addTaskRules } from "../rules/request-rules.ts";
import { type Asking, addTask } from "./add-task.ts";
import { addTasks } from "./add-tasks.ts";
import { cancelTask } from "./cancel-task.ts";
import { cancelTasks } from "./cancel-tasks.ts";
import { cleanHistory } from "./clean-history.ts";
import type { ServiceContext } from "./context.ts";
import { deleteTask } from "./delete-task.ts";
import { deleteTasks } from "./delete-tasks.ts";
import { forgetHost } from "./forget-host.ts";
import { getStatistics } from "./get-statistics.ts";
import { getStatus } from "./get-status.ts";
import { getTask } from "./get-task.ts";
import { listHosts } from "./list-hosts.ts";
import { listSites } from "./list-sites.ts";
import { listTasks } from "./list-tasks.ts";
import { resumeSite } from "./resume-site.ts";
import { retryTask } from "./retry-task.ts";
import { retryTasks } from "./retry-tasks.ts";
import { testNotify } from "./test-notify.ts";
import { watchTasks } from "./watch-tasks.ts";

/** `dwld.v1.DownloadService`, a method a file. */
export function downloadService(context: ServiceContext): ServiceImpl<typeof DownloadService> {
  const rules = addTaskRules(context.now, (text) => context.notify.taskUrls.read(text));
  const asking = (call: HandlerContext): Asking => ({
    ...{ rules, caller: callerOf(call), viewer: identityOf(call.values) },
  });
  return {
    addTask: (request, call) => addTask(loggedAs(context, call), asking(call), request),
    addTasks: (request, call) => addTasks(loggedAs(context, call), asking(call), request, call),
    getTask: (request, call) => getTask(context, scopeOf(call), request),
    listTasks: (request, call) => listTasks(context, scopeOf(call), request),
    watchTasks: (request, call) => watchTasks(context, scopeOf(call), request, call.signal),
    cancelTask: (request, call) => cancelTask(loggedAs(context, call), scopeOf(call), request),
    retryTask: (request, call) => retryTask(loggedAs(context, call), asking(call), request),
    deleteTask: (request, call) => deleteTask(loggedAs(context, call), scopeOf(call), request),
    cleanHistory: (request, call) => cleanHistory(loggedAs(context, call), scopeOf(call), request),
    retryTasks: (request, call) => retryTasks(loggedAs(context, call), asking(call), request, call),
    cancelTasks: (request, call) => cancelTasks(loggedAs(context, call), scopeOf(call), request, call),
    deleteTasks: (request, call) => deleteTasks(loggedAs(context, call), scopeOf(call), request, call),
    getStatistics: (request, call) => getStatistics(context, scopeOf(call), request, call.signal),
    listSites: async () => await listSites(context),
    resumeSite: (request, call) => resumeSite(loggedAs(context, call), request),
    listHosts: async () => await listHosts(context),
    forgetHost: (request, call) => forgetHost(loggedAs(context, call), request),
    testNotify: (_, call) => testNotify(context, call.signal),
    getStatus: (_, { values }) => getStatus(context, identityOf(values)),
  };
}

/** Returns the tasks that exist for a caller. */
function scopeOf({ values }: HandlerContext): Scope {
  return identityOf(values).scope;
}
