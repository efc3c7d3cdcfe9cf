/** Milliseconds between two heartbeats. */
export const heartbeatIntervalMs = 3000;

/** A process whose heartbeat has not changed for this time, in milliseconds, loses its leases. */
export const leaseMs = 15_000;
