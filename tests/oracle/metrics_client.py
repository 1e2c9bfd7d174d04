"""MetricsService over gRPC: messages are made from the .proto itself, nothing is generated."""
import os
import pathlib
import subprocess
import tempfile

# Children are started while a channel is open: in them gRPC's threads would begin again before the
# program does, poll what is closed, and abort.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"
import grpc  # noqa: E402
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: E402

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
FILE = "clientele/query/v1/query.proto"
SERVICE = "clientele.query.v1.MetricsService"


def pool_of():
    with tempfile.NamedTemporaryFile() as made:
        subprocess.run(["protoc", f"--proto_path={PROTO}", "--include_imports",
                        f"--descriptor_set_out={made.name}", FILE], check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(made.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


def request_class():
    return message_factory.GetMessageClass(
        pool_of().FindMessageTypeByName("clientele.query.v1.QueryRequest"))


class MetricsClient:
    def __init__(self, address, deadline_s=60):
        self.deadline_s = deadline_s
        self.channel = grpc.insecure_channel(
            address, options=[("grpc.max_receive_message_length", -1)])
        methods = pool_of().FindServiceByName(SERVICE).methods_by_name
        self.methods = {}
        for name, method in methods.items():
            self.methods[name] = (
                message_factory.GetMessageClass(method.input_type),
                self.channel.unary_unary(
                    f"/{SERVICE}/{name}", request_serializer=lambda request: request.SerializeToString(),
                    response_deserializer=message_factory.GetMessageClass(
                        method.output_type).FromString))

    def call(self, method, **fields):
        request, send = self.methods[method]
        return send(request(**fields), timeout=self.deadline_s)

    def close(self):
        self.channel.close()
