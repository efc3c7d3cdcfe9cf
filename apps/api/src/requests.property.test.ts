import assert from "node:assert/strict";
import { after, before } from "node:test";
import { once } from "node:events";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { type DescMessage, type DescMethod, ScalarType } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { fc, hostileText, property } from "@dwld/fuzz";
import { AccessService, DownloadService } from "@dwld/rpc";
import { Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";
import { Downloader } from "./legacy/gen/grpc/v1/downloader_pb.ts";
import { serveApi } from "./testing/served-api.ts";

let session: ClientHttp2Session;
let api: Awaited<ReturnType<typeof serveApi>>;
before(async () => {
  // A message may make a token, after which all others would be asked for it.
  api = await serveApi({}, { tokens: "off" });
  session = connect(api.grpcUrl);
});
after(async () => {
  session.destroy();
  await api.close();
});

const extremes = [
  0n,
  1n,
  127n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const varint = fc.oneof(fc.constantFrom(...extremes), fc.nat({ max: 600 }).map(BigInt));
const bytes = fc.oneof(
  hostileText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
  fc.constantFrom("https://videos.example/1", "ftp://videos.example/", "").map((text) => Buffer.from(text)),
);

type Field = (writer: BinaryWriter) => void;

function write(fields: readonly Field[]): Buffer {
  const writer = new BinaryWriter();
  for (const field of fields) field(writer);
  return Buffer.from(writer.finish());
}

const asVarint = (number: number) =>
  varint.map(
    (value): Field =>
      (writer) =>
        void writer.uint32((number << 3) >>> 0).uint64(value),
  );
const asBytes = (number: number, value: fc.Arbitrary<Buffer>) =>
  value.map(
    (content): Field =>
      (writer) =>
        void writer.uint32(((number << 3) | 2) >>> 0).bytes(content),
  );

/** Fields of the wire for a message: mostly as its contract has them, with any values; some of another type, or unknown. */
function fieldsOf(message: DescMessage, depth: number): fc.Arbitrary<Buffer> {
  const known = message.fields.map((field) => {
    const isText = field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
    if (field.message !== undefined && depth > 0) return asBytes(field.number, fieldsOf(field.message, depth - 1));
    return isText ? asBytes(field.number, bytes) : asVarint(field.number);
  });
  const number = fc.oneof(
    fc.constantFrom(...message.fields.map((field) => field.number), 1),
    fc.integer({ min: 1, max: 2 ** 28 }),
  );
  const other = number.chain((any) => fc.oneof(asVarint(any), asBytes(any, bytes)));
  const field = fc.oneof(...known.map((arbitrary) => ({ weight: 4, arbitrary })), { weight: 2, arbitrary: other });
  return fc.array(field, { maxLength: 6 }).map(write);
}

const services = [DownloadService, AccessService, Downloader, Health, ServerReflection, ServerReflectionV1Alpha];
const methods = services.flatMap((service) => service.methods);

/** The path of one of some methods, and bytes for its request. */
function callOf(some: readonly DescMethod[]) {
  return fc
    .constantFrom(...some)
    .chain(({ name, parent, input }) =>
      fc.tuple(
        fc.constant(`/${parent.typeName}/${name}`),
        fc.oneof({ weight: 9, arbitrary: fieldsOf(input, 3) }, { weight: 1, arbitrary: bytes }),
      ),
    );
}

const unary = methods.filter(({ methodKind }) => methodKind === "unary");
const streams = methods.filter(({ methodKind }) => methodKind !== "unary");

/** The codes that a client is told of a request that is wrong, or cannot be met. */
const refusals = /^(invalid_argument|not_found|already_exists|failed_precondition|resource_exhausted)$/;

property(
  "requests: whatever bytes a message of the contract is made of, it is answered or refused in words, and nothing fails inside",
  [callOf(unary)],
  async ([path, body]) => {
    const response = await fetch(`${api.httpUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/proto" },
      body,
    });
    const answer = Buffer.from(await response.arrayBuffer());
    if (response.status === 200) return;
    const { code, message } = JSON.parse(answer.toString()) as { code: string; message: string };
    // As other servers of gRPC do, Connect's library calls a message that is none an internal error.
    if (code !== "internal" || !message.startsWith("parse binary: ")) assert.match(code, refusals, message);
    assert.ok(message !== "" && message.length < 10_000);
  },
  { runs: 250 },
);

/** Statuses of gRPC: all is well (also if the client left), and those that `refusals` names. */
const answered = new Set([0, 1, 3, 5, 6, 8, 9]);

property(
  "requests: a stream that is asked for by any bytes sends a message or ends in words",
  [callOf(streams)],
  async ([path, body]) => {
    const envelope = Buffer.alloc(5);
    envelope.writeUInt32BE(body.length, 1);
    const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc+proto", te: "trailers" };
    const stream = session.request(headers);
    stream.end(Buffer.concat([envelope, body]));
    const headersOf = async (event: "trailers" | "response") =>
      ((await once(stream, event)) as [IncomingHttpHeaders])[0];
    const end = await Promise.race([
      once(stream, "data").then(() => undefined),
      headersOf("trailers"),
      // An error before any message comes in the headers alone.
      headersOf("response").then((told) => ("grpc-status" in told ? told : new Promise<never>(() => undefined))),
    ]);
    stream.close();
    if (end === undefined) return;
    const [status, message] = [Number(end["grpc-status"]), decodeURIComponent(String(end["grpc-message"] ?? ""))];
    if (status !== 13 || !message.startsWith("parse binary: ")) assert.ok(answered.has(status), `${status} ${message}`);
  },
  { runs: 150 },
);

property(
  "requests: after them, every task that was accepted is told in JSON",
  [fc.constantFrom("ListTasks", "GetStatus", "ListSites")],
  async (name) => {
    const response = await fetch(`${api.httpUrl}/dwld.v1.DownloadService/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    assert.equal(response.status, 200, await response.text());
    assert.deepEqual(
      api.logLines.filter((line) => line.includes('"level":"error"')),
      [],
    );
  },
  { runs: 3 },
);
