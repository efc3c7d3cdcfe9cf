import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

/**
 * Messages of descriptor.proto that the description of a contract, as protoc-gen-es writes it, does not hold. Options say how
 * code is generated.
 */
const unread = new Set([
  ...["FileDescriptorSet", "FeatureSet", "FeatureSetDefaults", "GeneratedCodeInfo", "SourceCodeInfo"],
  ...["EnumOptions", "EnumValueOptions", "ExtensionRangeOptions", "FieldOptions", "FileOptions", "MessageOptions"],
  ...["MethodOptions", "OneofOptions", "ServiceOptions", "UninterpretedOption"],
]);

/**
 * Leaves out of descriptor.proto, by which @bufbuild/protobuf (2.17) reads descriptions of contracts, what it reads of none: fields
 * of unread messages, and enums that no code names. 4 of 64 KB, compressed. If a later version is written otherwise, the build fails.
 */
export const leanDescriptor: Plugin = {
  name: "lean descriptor",
  setup: (bundler) => {
    bundler.onLoad(
      { filter: /@bufbuild\/protobuf\/dist\/esm\/wkt\/google\/protobuf\/descriptor_pb\.js$/ },
      ({ path }) => ({
        contents: withPureEnums(withoutUnread(readFileSync(path, "utf8"))),
      }),
    );
  },
};

type Message = { name: string; field?: { defaultValue?: string }[] };

function withoutUnread(source: string): string {
  const description = /(?<=\bboot\()\{.*\}(?=\);\n)/;
  const [text] = description.exec(source) ?? [];
  if (text === undefined) throw new Error("descriptor_pb.js does not describe descriptor.proto in one line");
  const file = JSON.parse(text) as { messageType: Message[] };
  // Each message stays in its place, by which it is found.
  const messageType = file.messageType.map((message) =>
    unread.has(message.name) ? { name: message.name } : { ...message, field: message.field?.map(withoutFalse) },
  );
  return source.replace(description, () => JSON.stringify({ ...file, messageType }));
}

/** A default value of "false" is that of a field without one, and the page has no reader of default values. */
function withoutFalse({ defaultValue, ...field }: { defaultValue?: string }): object {
  return defaultValue === undefined || defaultValue === "false" ? field : { ...field, defaultValue };
}

/** Writes each enum as one that is made without effects elsewhere, so that it may be left out. */
function withPureEnums(source: string): string {
  const begin = /export var (\w+);\n\(function \(\1\) \{/g;
  if (source.match(begin) === null) throw new Error("descriptor_pb.js has no enum of the usual form");
  return source
    .replaceAll(begin, "export var $1 = /*@__PURE__*/ (function ($1) {")
    .replaceAll(/\}\)\((\w+) \|\| \(\1 = \{\}\)\);/g, "return $1; })({});");
}
