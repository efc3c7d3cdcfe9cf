import { type DescExtension, type DescFile, type DescMessage, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import { BadRequestSchema } from "@dwld/rpc";
import { ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";

/** A request and its answer without the package name: all that v1 and v1alpha have in common. */
type Question =
  | { case: "fileByFilename" | "fileContainingSymbol" | "allExtensionNumbersOfType" | "listServices"; value: string }
  | { case: "fileContainingExtension"; value: { containingType: string; extensionNumber: number } }
  | { case: undefined; value?: undefined };

type Answer =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

/** Adds server reflection, so that stock tools work without .proto files. Older tools speak v1alpha. */
export function addReflection(router: ConnectRouter, described: readonly DescService[]): void {
  const schema = indexSchema([...described, ServerReflection, ServerReflectionV1Alpha]);
  async function* serverReflectionInfo<Request extends { host: string; messageRequest: Question }>(
    requests: AsyncIterable<Request>,
  ) {
    for await (const request of requests)
      yield {
        validHost: request.host,
        originalRequest: request,
        messageResponse: answerQuestion(schema, request.messageRequest),
      };
  }
  router.service(ServerReflection, { serverReflectionInfo });
  router.service(ServerReflectionV1Alpha, { serverReflectionInfo });
}

type Schema = {
  /** Full names, sorted. */
  services: string[];
  files: Map<string, DescFile>;
  /** Files by the full names of their services, methods, messages, fields, enums, values and extensions. */
  symbols: Map<string, DescFile>;
  messages: Set<string>;
  extensions: DescExtension[];
};

function indexSchema(services: readonly DescService[]): Schema {
  const schema: Schema = {
    services: services.map(({ typeName }) => typeName).toSorted(),
    files: new Map(),
    symbols: new Map(),
    messages: new Set(),
    extensions: [],
  };
  const roots = [...services.map(({ file }) => file), BadRequestSchema.file];
  for (const file of roots.flatMap(withDependencies)) {
    if (schema.files.has(file.proto.name)) continue;
    schema.files.set(file.proto.name, file);
    for (const service of file.services) {
      schema.symbols.set(service.typeName, file);
      for (const method of service.methods) schema.symbols.set(`${service.typeName}.${method.name}`, file);
    }
    indexTypes(schema, file, file);
  }
  return schema;
}

function indexTypes(schema: Schema, file: DescFile, scope: DescFile | DescMessage): void {
  const [messages, enums, extensions] =
    scope.kind === "file"
      ? [scope.messages, scope.enums, scope.extensions]
      : [scope.nestedMessages, scope.nestedEnums, scope.nestedExtensions];
  for (const message of messages) {
    schema.symbols.set(message.typeName, file);
    schema.messages.add(message.typeName);
    for (const { name } of [...message.fields, ...message.oneofs])
      schema.symbols.set(`${message.typeName}.${name}`, file);
    indexTypes(schema, file, message);
  }
  for (const { typeName, values } of enums) {
    schema.symbols.set(typeName, file);
    // The full name of a value is in the scope of its enum, not below the enum.
    for (const value of values) schema.symbols.set(typeName.replace(/[^.]+$/, value.name), file);
  }
  for (const extension of extensions) {
    schema.symbols.set(extension.typeName, file);
    schema.extensions.push(extension);
  }
}

/** Returns the file, then its imports. */
function withDependencies(file: DescFile): DescFile[] {
  return [...new Set([file, ...file.dependencies.flatMap(withDependencies)])];
}

function answerQuestion(schema: Schema, question: Question): Answer {
  switch (question.case) {
    case "listServices":
      return { case: "listServicesResponse", value: { service: schema.services.map((name) => ({ name })) } };
    case "fileByFilename":
      return answerFile(schema.files.get(question.value), `file ${question.value}`);
    case "fileContainingSymbol":
      return answerFile(schema.symbols.get(question.value.replace(/^\./, "")), `symbol ${question.value}`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      const extension = schema.extensions.find(
        ({ extendee, number }) => extendee.typeName === containingType && number === extensionNumber,
      );
      return answerFile(extension?.file, `extension ${extensionNumber} of ${containingType}`);
    }
    case "allExtensionNumbersOfType": {
      if (!schema.messages.has(question.value)) return notFound(`type ${question.value}`);
      const extensions = schema.extensions.filter(({ extendee }) => extendee.typeName === question.value);
      return {
        case: "allExtensionNumbersResponse",
        value: { baseTypeName: question.value, extensionNumber: extensions.map(({ number }) => number) },
      };
    }
    case undefined:
      return { case: "errorResponse", value: { errorCode: Code.InvalidArgument, errorMessage: "nothing was asked" } };
  }
}

function answerFile(file: DescFile | undefined, what: string): Answer {
  if (file === undefined) return notFound(what);
  const files = withDependencies(file).map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto: files } };
}

function notFound(what: string): Answer {
  return { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage: `there is no ${what} here` } };
}
