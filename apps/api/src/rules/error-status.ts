import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import type { StatusSchema } from "@dwld/rpc";

/** Converts an error of one of several results. Connect's codes are those of google.rpc.Code. */
export function statusOf({ code, rawMessage, details }: ConnectError): MessageInitShape<typeof StatusSchema> {
  return {
    code,
    message: rawMessage,
    details: details.flatMap((detail) =>
      "desc" in detail ? [anyPack(detail.desc, create(detail.desc, detail.value))] : [],
    ),
  };
}
