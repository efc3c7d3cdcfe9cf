import { readSecretFile } from "@dwld/daemon";
import { inspectDatabase, locationName, type ServerFacts } from "@dwld/queue";
import { sizeText } from "@dwld/text";
import type { DoctorContext } from "../check.ts";
import { failure, type Found, ok, warning } from "../finding.ts";

/** Checks the task table: its server, if it is on one, its schema, and whether it is intact. */
export async function checkDatabase({ configuration: { database } }: DoctorContext): Promise<Found[]> {
  const name = locationName(database);
  const facts = await inspectDatabase(database, { readSecret: readSecretFile });
  const server = facts.server === undefined ? [] : serverFindings(facts.server);
  if (facts.state === "absent") return [ok(`${name} is not there yet: the first start makes it`), ...server];
  const { damage, pending, tasks, sizeBytes } = facts;
  if (damage !== undefined)
    return [failure(`${name} is damaged: ${damage}`, "Stop dwld, and restore a backup: docs/operations.md says how.")];
  const size = `${tasks} ${tasks === 1 ? "task" : "tasks"}, ${sizeText(sizeBytes)}`;
  if (pending.length > 0)
    return [warning(`${name}: ${size}; its schema is older`, "The next start brings it up to date."), ...server];
  return [ok(`${name}: ${size}`), ...server];
}

function serverFindings(server: ServerFacts): Found[] {
  const { version, tls, role, roundTripMs } = server;
  const way = tls === undefined ? "" : `, ${tls === "" ? "in the clear" : tls}`;
  return [
    ok(`PostgreSQL ${version} as ${role}${way}; a round trip takes ${roundTripMs.toFixed(1)} ms`),
    ...rightsFindings(server),
    ...durabilityFindings(server),
    ...connectionFindings(server),
    ...encodingFindings(server),
    clockFinding(server),
  ];
}

function rightsFindings({ missingGrants, role }: ServerFacts): Found[] {
  if (missingGrants.length === 0) return [];
  return [
    failure(
      `${role} lacks rights`,
      `\`sudo dwld database migrate\` grants them as database.owner; by hand: ${missingGrants.join("; ")}`,
    ),
  ];
}

function durabilityFindings({ lossySettings, lossRemedy, standbys }: ServerFacts): Found[] {
  if (lossySettings.length > 0)
    return [failure(`the server loses links that it has accepted: ${lossySettings.join(", ")} is off`, lossRemedy)];
  const durable = ok("what is answered is on the server's disk");
  const remedy =
    'After one, the last seconds may be missing: see "PostgreSQL" in docs/operations.md. synchronous_standby_names makes a commit wait.';
  if (!standbys.known) {
    const those = `${standbys.count} standby${standbys.count === 1 ? "" : "s"}`;
    return [
      durable,
      standbys.commitsWait
        ? ok(`${those}; synchronous_standby_names is set, and whether it names one of them is unknown to this user`)
        : warning(`${those}, for which no commit waits: a failover may take back what was answered`, remedy),
    ];
  }
  const { synchronous, asynchronous } = standbys;
  if (synchronous.length > 0) return [durable, ok(`a commit waits for a standby (${synchronous.join(", ")})`)];
  if (asynchronous.length === 0) return [durable];
  const those = asynchronous.join(", ");
  return [
    durable,
    warning(`no commit waits for a standby (${those}): a failover may take back what was answered`, remedy),
  ];
}

/** Connections for three processes of one machine, and for the command. */
const processesToBegin = 4;

function connectionFindings({ connections: { most, used, ofAProcess }, deaf }: ServerFacts): Found[] {
  const count = `${used} of ${most} connections are in use; each process of dwld has up to ${ofAProcess}`;
  const isEnough = most - used >= ofAProcess * processesToBegin;
  const room = isEnough ? ok(count) : warning(count, "Raise max_connections, or put pgbouncer before the server.");
  return [room, deaf === undefined ? ok("notifications are heard") : failure("no notification is heard", deaf)];
}

function encodingFindings({ encoding }: ServerFacts): Found[] {
  if (encoding === "UTF8") return [];
  return [
    failure(
      `the database keeps text as ${encoding}`,
      "Create another with ENCODING 'UTF8' TEMPLATE template0, and copy the task table there with `dwld database copy`.",
    ),
  ];
}

function clockFinding({ clockAheadMs }: ServerFacts): Found {
  const apart = `${(Math.abs(clockAheadMs) / 1000).toFixed(1)} s`;
  return ok(
    `the server's clock is ${apart} ${clockAheadMs < 0 ? "behind" : "ahead of"} this machine's, on which nothing depends`,
  );
}
