/** The verbs that only the runner calls, for tests and measurements that stand in for it. */
export { recordDelivered, reserveName } from "./record-delivery.ts";
export { claimTask } from "../leases/claim-task.ts";
export { nextDueTime, openTableIn } from "./fresh-database.ts";
export { openLocation } from "./open-location.ts";
export { placeTable } from "./place-table.ts";
export { expireLeases, LeaseWatch } from "../leases/expire-lease.ts";
export { carryOut } from "../runner/carry-out.ts";
export { settleDelivery } from "../runner/settle-delivery.ts";
export { settleDownload } from "../runner/settle-download.ts";
export { recordUse, type TableUse } from "./intercept.ts";
export { freezeBetweenWrites } from "./freeze.ts";
export { type Ended, putEnded } from "./put-ended.ts";
export { troubleText } from "./trouble-text.ts";
export { type Weather, weatherOf } from "./weather.ts";
export { otherHost, testHost } from "./test-host.ts";
