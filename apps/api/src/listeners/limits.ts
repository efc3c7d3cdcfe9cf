export const http1Limits = {
  connections: 1000,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  /** How long the whole request may take to arrive; the answer has no limit. */
  requestMs: 30_000,
  keepAliveMs: 60_000,
  /** A connection on which no byte moves for this long is closed. A stream has a heartbeat every 5 s. */
  idleMs: 120_000,
} as const;

/** How often idle connections are closed while the server shuts down, ms. */
export const closeIdleEveryMs = 50;

export const http2Limits = {
  connections: 1000,
  /** Streams of one connection; a client that needs more waits or opens another connection. */
  streams: 500,
  headerBytes: 16 * 1024,
  /** How long a connection may take to send HTTP/2's preface. */
  prefaceMs: 10_000,
  /** How long a request may take to arrive. */
  requestMs: 30_000,
  /** A connection on which no byte moves for this long is closed. */
  idleMs: 300_000,
} as const;
