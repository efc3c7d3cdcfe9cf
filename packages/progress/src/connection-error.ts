import { errorCode, errorText } from "@dwld/text";

/** Returns why a memcached cannot be reached, to stand after its name. */
export function explainConnectionError(error: unknown): string {
  switch (errorCode(error)) {
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
      return `failed: ${errorText(error)}`;
  }
}
