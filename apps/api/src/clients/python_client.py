"""A gRPC client that knows nothing of this server but its address: the schema comes from server reflection.

Usage: python_client.py HOST:PORT LINK

Adds LINK, watches until the snapshot and then the task's cancelation were told, asks for health, and prints what it saw
as one JSON object. Needs Debian's python3-grpcio and python3-protobuf.
"""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

DEADLINE_SECONDS = 20
REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"


def reflection_messages():
    """The part of reflection.proto that is needed to ask for everything else."""
    file = descriptor_pb2.FileDescriptorProto(name="reflection_subset.proto", package="subset", syntax="proto3")
    string, message, data = (descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
                             descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE,
                             descriptor_pb2.FieldDescriptorProto.TYPE_BYTES)
    request = file.message_type.add(name="Request")
    request.field.add(name="file_containing_symbol", number=4, type=string, label=1)
    files = file.message_type.add(name="Files")
    files.field.add(name="file_descriptor_proto", number=1, type=data, label=3)
    response = file.message_type.add(name="Response")
    response.field.add(name="files", number=4, type=message, type_name=".subset.Files", label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return [message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(f"subset.{name}"))
            for name in ("Request", "Response")]


def read_schema(channel, symbols):
    """A pool of all files in which the symbols stand."""
    request_class, response_class = reflection_messages()
    ask = channel.stream_stream(REFLECTION, request_class.SerializeToString, response_class.FromString)
    requests = iter([request_class(file_containing_symbol=symbol) for symbol in symbols])
    pool = descriptor_pool.DescriptorPool()
    known = {}
    for response in ask(requests, timeout=DEADLINE_SECONDS):
        for encoded in response.files.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(encoded)
            known[file.name] = file
    added = set()

    def add(name):
        if name in added:
            return
        added.add(name)
        for dependency in known[name].dependency:
            add(dependency)
        pool.Add(known[name])

    for name in known:
        add(name)
    return pool


class Client:
    """Calls methods by name, with messages made of keyword arguments."""

    def __init__(self, channel, pool):
        self.channel = channel
        self.pool = pool
        self.factory = message_factory.MessageFactory(pool)

    def call(self, service, method, **fields):
        descriptor = self.pool.FindServiceByName(service).FindMethodByName(method)
        request = self.factory.GetPrototype(descriptor.input_type)(**fields)
        response_class = self.factory.GetPrototype(descriptor.output_type)
        # The description of a method does not tell this version of Python's library whether it streams.
        kind = self.channel.unary_stream if method.startswith("Watch") else self.channel.unary_unary
        stub = kind(f"/{service}/{method}", type(request).SerializeToString, response_class.FromString)
        return stub(request, timeout=DEADLINE_SECONDS)

    def violations(self, error):
        """The fields that google.rpc.BadRequest names, as any stock client decodes them."""
        status = descriptor_free_status(dict(error.trailing_metadata())["grpc-status-details-bin"])
        bad_request = self.factory.GetPrototype(self.pool.FindMessageTypeByName("google.rpc.BadRequest"))
        return [violation.field
                for type_url, value in status if type_url.endswith("/google.rpc.BadRequest")
                for violation in bad_request.FromString(value).field_violations]


def descriptor_free_status(encoded):
    """The details of a google.rpc.Status, whose .proto file is not part of python3-grpcio."""
    file = descriptor_pb2.FileDescriptorProto(name="status_subset.proto", package="subset", syntax="proto3")
    field = descriptor_pb2.FieldDescriptorProto
    any_type = file.message_type.add(name="Any")
    any_type.field.add(name="type_url", number=1, type=field.TYPE_STRING, label=1)
    any_type.field.add(name="value", number=2, type=field.TYPE_BYTES, label=1)
    status = file.message_type.add(name="Status")
    status.field.add(name="details", number=3, type=field.TYPE_MESSAGE, type_name=".subset.Any", label=3)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    message = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("subset.Status"))
    return [(detail.type_url, detail.value) for detail in message.FromString(encoded).details]


def main(address, link):
    downloads = "dwld.v1.DownloadService"
    seen = {}
    with grpc.insecure_channel(address) as channel:
        client = Client(channel, read_schema(channel, [downloads, "grpc.health.v1.Health", "google.rpc.BadRequest"]))
        seen["health"] = json_format.MessageToDict(client.call("grpc.health.v1.Health", "Check"))
        added = client.call(downloads, "AddTask", link=link, target_quality=720, chat_id="python")
        seen["added"] = json_format.MessageToDict(added)

        watch = client.call(downloads, "WatchTasks", filter={"chat_id": "python"})
        seen["events"] = []
        for event in watch:
            kind = event.WhichOneof("event")
            if kind == "heartbeat":
                continue
            seen["events"].append([kind, json_format.MessageToDict(event)])
            if kind == "snapshot":
                client.call(downloads, "CancelTask", id=added.task.id)
            if kind == "changed":
                break
        watch.cancel()

        try:
            client.call(downloads, "AddTask", link="-x", folder="..")
        except grpc.RpcError as error:
            seen["refused"] = {"code": error.code().name, "fields": client.violations(error)}
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
