import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { DownloadService } from "@dwld/rpc";
import { Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";
import { addReflection } from "./reflection.ts";

const transport = createRouterTransport((router) => {
  addReflection(router, [DownloadService, Health]);
});

type Question =
  NonNullable<
    Parameters<ReturnType<typeof createClient<typeof ServerReflection>>["serverReflectionInfo"]>[0]
  > extends AsyncIterable<infer Request>
    ? Request
    : never;

/** The answers to some questions, asked in one conversation. */
async function ask(...questions: Question[]) {
  async function* requests() {
    yield* questions;
  }
  const answers = await Array.fromAsync(createClient(ServerReflection, transport).serverReflectionInfo(requests()));
  return answers.map(({ messageResponse }) => messageResponse);
}

type Answer = Awaited<ReturnType<typeof ask>>[number] | undefined;

function files(answer: Answer): FileDescriptorProto[] {
  if (answer?.case !== "fileDescriptorResponse") assert.fail(`the answer is ${answer?.case ?? "nothing"}`);
  return answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

function names(answer: Answer): string[] {
  return files(answer).map(({ name }) => name);
}

describe("server reflection", () => {
  for (const service of [ServerReflection, ServerReflectionV1Alpha])
    it(`reflection: ${service.typeName} lists itself and the services that it describes`, async () => {
      const client = createClient(service, transport);
      async function* requests() {
        yield { host: "here", messageRequest: { case: "listServices" as const, value: "*" } };
      }
      for await (const { messageResponse, validHost, originalRequest } of client.serverReflectionInfo(requests())) {
        assert.deepEqual(
          messageResponse.case === "listServicesResponse" && messageResponse.value.service.map(({ name }) => name),
          [
            "dwld.v1.DownloadService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
          ],
        );
        assert.equal(validHost, "here");
        assert.equal(originalRequest?.host, "here");
      }
    });

  it("reflection: a symbol's file comes with all that it imports, so that it can be used", async () => {
    const [answer] = await ask({ messageRequest: { case: "fileContainingSymbol", value: "dwld.v1.DownloadService" } });
    const [first, ...imported] = names(answer);
    assert.equal(first, "dwld/v1/download_service.proto");
    for (const name of ["dwld/v1/task.proto", "google/protobuf/timestamp.proto", "google/protobuf/duration.proto"])
      assert.ok(imported.includes(name), name);
    const registry = createFileRegistry({
      $typeName: FileDescriptorSetSchema.typeName,
      file: files(answer).toReversed(),
    });
    assert.equal(registry.getService("dwld.v1.DownloadService")?.methods.length, DownloadService.methods.length);
  });

  it("reflection: knows methods, nested messages, fields, enums and their values as symbols", async () => {
    const symbols: Record<string, string> = {
      "dwld.v1.DownloadService.AddTask": "dwld/v1/download_service.proto",
      ".dwld.v1.Task": "dwld/v1/task.proto",
      "dwld.v1.Task.link": "dwld/v1/task.proto",
      "dwld.v1.TaskState": "dwld/v1/task.proto",
      "dwld.v1.TASK_STATE_DONE": "dwld/v1/task.proto",
      "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
      "google.rpc.BadRequest.FieldViolation": "google/rpc/error_details.proto",
      "grpc.health.v1.HealthCheckResponse.ServingStatus": "health/v1/health.proto",
    };
    const answers = await ask(
      ...Object.keys(symbols).map((value): Question => ({ messageRequest: { case: "fileContainingSymbol", value } })),
    );
    assert.deepEqual(
      answers.map((answer) => names(answer)[0]),
      Object.values(symbols),
    );
  });

  it("reflection: gives a file by its name", async () => {
    const [answer] = await ask({
      messageRequest: { case: "fileByFilename", value: "google/protobuf/timestamp.proto" },
    });
    assert.deepEqual(names(answer), ["google/protobuf/timestamp.proto"]);
  });

  it("reflection: answers NOT_FOUND for an unknown name, and goes on", async () => {
    const answers = await ask(
      { messageRequest: { case: "fileByFilename", value: "../../etc/passwd" } },
      { messageRequest: { case: "fileContainingSymbol", value: "dwld.v1.Nothing" } },
      { messageRequest: { case: "allExtensionNumbersOfType", value: "dwld.v1.Nothing" } },
      {
        messageRequest: {
          case: "fileContainingExtension",
          value: { containingType: "dwld.v1.Task", extensionNumber: 1 },
        },
      },
      {},
      { messageRequest: { case: "allExtensionNumbersOfType", value: "dwld.v1.Task" } },
    );
    const codes = answers.map((answer) => (answer.case === "errorResponse" ? answer.value.errorCode : answer.case));
    assert.deepEqual(codes, [5, 5, 5, 5, 3, "allExtensionNumbersResponse"]);
  });
});
