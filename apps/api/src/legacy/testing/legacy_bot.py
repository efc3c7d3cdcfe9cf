"""A bot of the first dwld, on Python's own gRPC: it knows the first contract and nothing of today's.

Usage: legacy_bot.py HOST:PORT DESCRIPTORS

DESCRIPTORS is legacy_bot.proto, compiled to a FileDescriptorSet. Each line of standard input is a call, as JSON:
[METHOD, {FIELD: VALUE}]. Each is answered by a line: {"answer": {...}}, or {"code": STATUS, "message": TEXT}.
Needs Debian's python3-grpcio and python3-protobuf.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2, json_format, message_factory

DEADLINE_SECONDS = 60
SERVICE = "grpc.v1.Downloader"


def load(path):
    pool = descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            pool.Add(proto)
    return pool


def main(address, descriptors):
    pool = load(descriptors)
    factory = message_factory.MessageFactory(pool)
    service = pool.FindServiceByName(SERVICE)
    with grpc.insecure_channel(address) as channel:
        for line in sys.stdin:
            name, fields = json.loads(line)
            method = service.FindMethodByName(name)
            request = factory.GetPrototype(method.input_type)(**fields)
            answer_class = factory.GetPrototype(method.output_type)
            call = channel.unary_unary(f"/{SERVICE}/{name}", type(request).SerializeToString, answer_class.FromString)
            try:
                answer = call(request, timeout=DEADLINE_SECONDS)
                told = {"answer": json_format.MessageToDict(
                    answer, including_default_value_fields=True, preserving_proto_field_name=True)}
            except grpc.RpcError as error:
                told = {"code": error.code().name, "message": error.details()}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
