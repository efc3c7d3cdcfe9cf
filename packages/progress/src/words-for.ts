/** Why a memcached cannot be reached, to stand after its name. */
export function wordsFor(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ECONNREFUSED":
      return "refuses connections: is it running?";
    case "ENOENT":
      return "is not there: is it running?";
    case "EACCES":
      return "may not be opened by this user";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "has a name that leads to no address";
    case "ECONNRESET":
    case "EPIPE":
      return "closed the connection";
    default:
      return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
