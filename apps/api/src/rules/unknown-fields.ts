import type { Message } from "@bufbuild/protobuf";
import { InvalidRequestError } from "./errors.ts";

/**
 * Refuses fields that a later contract has, of messages by their paths. A client may mean to narrow by one what is deleted: were
 * it ignored, more would be.
 *
 * @throws InvalidRequestError
 */
export function refuseUnknownFields(messages: Readonly<Record<string, Message | undefined>>): void {
  const violations = Object.entries(messages).flatMap(([path, message]) =>
    (message?.$unknown ?? []).map(({ no }) => ({
      field: [path, no].filter((part) => part !== "").join("."),
      description: "is a field that this server does not know: it is older than its caller",
    })),
  );
  if (violations.length > 0) throw new InvalidRequestError(violations.slice(0, 20));
}
