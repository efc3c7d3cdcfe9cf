"""A bot in Python: waits for a downloader, gives it a link, and says what becomes of it.

Usage: python3 bot.py HOST:PORT SECRET_FILE LINK

Downloaders register on HOST:PORT, with the secret in SECRET_FILE. The exit status is 0 where the link was delivered.
For a downloader that asks for them: its token in DWLD_TOKEN, and the fingerprint of its certificate in DWLD_FINGERPRINT.
Needs python3-grpcio, and what protoc makes of proto/dwld/v1 (see docs/guide.md).
"""

import hashlib
import hmac
import os
import queue
import ssl
import sys
import threading
import time
from concurrent import futures

import grpc
from dwld.v1 import download_service_pb2 as dwld
from dwld.v1 import download_service_pb2_grpc, registry_pb2, registry_pb2_grpc, task_pb2

CLOCK_WINDOW_SECONDS = 300
FINAL = (task_pb2.TASK_STATE_DONE, task_pb2.TASK_STATE_FAILED, task_pb2.TASK_STATE_CANCELED)


class Registry(registry_pb2_grpc.RegistryServiceServicer):
    """Serves RegistryService. `downloaders` yields the addresses of those that register."""

    def __init__(self, secret):
        self.secret = secret
        self.downloaders = queue.Queue()
        self.lock = threading.Lock()
        self.nonces = {}

    def RegisterDownloader(self, request, context):
        self.check("RegisterDownloader", request, context)
        self.downloaders.put(request.address)
        return registry_pb2.RegisterDownloaderResponse()

    def UnregisterDownloader(self, request, context):
        self.check("UnregisterDownloader", request, context)
        return registry_pb2.UnregisterDownloaderResponse()

    def check(self, method, request, context):
        """Ends the call unless it comes from somebody who knows the secret: see proto/dwld/v1/registry.proto."""
        proof, now = request.proof, time.time()
        lines = [f"dwld.v1.RegistryService/{method}", proof.nonce, str(proof.time.seconds), request.name, request.address]
        if not all(line.isprintable() for line in lines):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "a name, address or nonce holds a control character")
        right = hmac.new(self.secret, "\n".join(lines).encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(right, proof.hmac):
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "the proof was not made with this bot's secret")
        if abs(now - proof.time.seconds) > CLOCK_WINDOW_SECONDS:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"the clocks are {now - proof.time.seconds:.0f} s apart")
        with self.lock:
            self.nonces = {nonce: until for nonce, until in self.nonces.items() if until >= now}
            if proof.nonce in self.nonces:
                context.abort(grpc.StatusCode.ALREADY_EXISTS, "this proof was used before")
            self.nonces[proof.nonce] = now + 2 * CLOCK_WINDOW_SECONDS


def connect(address, fingerprint):
    """Connects to a downloader; by TLS, and only if its certificate has the fingerprint, where there is one."""
    if fingerprint is None:
        return grpc.insecure_channel(address)
    host, _, port = address.rpartition(":")
    certificate = ssl.get_server_certificate((host.strip("[]"), int(port)))
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
    if shown != fingerprint.replace(":", "").lower():
        sys.exit(f"bot.py: {address} has another certificate: {shown}")
    # The certificate itself is trusted, whoever signed it. It has to be for the name in the address.
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(certificate.encode()))


def printable(text):
    """Returns a stranger's text without what a terminal would carry out."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def deliver(api, link, chat_id, token):
    """Gives a link to a downloader, and follows it to its end, which it returns. It outlives breaks of the connection."""
    call = {"wait_for_ready": True, "metadata": [("authorization", f"Bearer {token}")] if token else []}
    # The same request_id gives the same task, so this may be repeated where the answer was lost.
    added = api.AddTask(dwld.AddTaskRequest(link=link, chat_id=chat_id, request_id=f"{chat_id} {link}"), **call)
    task, revision = added.task, ""
    while task.state not in FINAL:
        watch = dwld.WatchTasksRequest(filter=dwld.TaskFilter(chat_id=chat_id), since_revision=revision)
        try:
            for message in api.WatchTasks(watch, **call):
                kind = message.WhichOneof("event")
                if kind == "deleted_id" and message.deleted_id == task.id:
                    sys.exit("bot.py: the task was deleted")
                changed = message.snapshot.tasks if kind == "snapshot" else [message.changed] if kind == "changed" else []
                task = next((one for one in changed if one.id == added.task.id), task)
                if kind == "progress" and message.progress.task_id == task.id:
                    print(f"{message.progress.progress.progress_percent:.0f} %", flush=True)
                revision = message.revision or revision
                if task.state in FINAL:
                    break
        except grpc.RpcError as error:
            print(f"again after: {printable(error.details() or '')}", flush=True)
            time.sleep(1)
    return task


def main(listen, secret_file, link):
    with open(secret_file, "rb") as file:
        secret = file.read().removesuffix(b"\n").removesuffix(b"\r")
    # Everybody knows an empty one: a stranger could register, and would be sent the link and the token.
    if not secret.strip():
        sys.exit(f"bot.py: {secret_file} has no secret: openssl rand -base64 32 makes one")
    registry = Registry(secret)
    server = grpc.server(futures.ThreadPoolExecutor())
    registry_pb2_grpc.add_RegistryServiceServicer_to_server(registry, server)
    if server.add_insecure_port(listen) == 0:
        sys.exit(f"bot.py: cannot listen on {listen}")
    server.start()
    print(f"listening on {listen}", flush=True)
    address = registry.downloaders.get()
    print(f"{address} registered", flush=True)
    # An empty variable is none.
    with connect(address, os.environ.get("DWLD_FINGERPRINT") or None) as channel:
        stub = download_service_pb2_grpc.DownloadServiceStub(channel)
        task = deliver(stub, link, chat_id="42", token=os.environ.get("DWLD_TOKEN"))
    print(task_pb2.TaskState.Name(task.state), printable(task.title), task.failure.advice, flush=True)
    server.stop(None)
    return 0 if task.state == task_pb2.TASK_STATE_DONE else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
