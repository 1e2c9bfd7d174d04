"""What the machine itself can do: the figures beside which ours stand."""
import os
import socket
import threading
import time

import rig
from row import Row, megabytes

MEBI = 1 << 20
PIECE = bytes(4 * MEBI)


def _disk(folder, size):
    """Sequential write of zeroes that is on the disk at the end."""
    path = os.path.join(folder, "disk")
    begin = time.perf_counter()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for _ in range(size // len(PIECE)):
        os.write(file, PIECE)
    os.fsync(file)
    taken = time.perf_counter() - begin
    os.close(file)
    os.remove(path)
    return size / taken


def _fsync(folder):
    """Appending 4 KiB and waiting for the disk, a second of it: seconds each."""
    path = os.path.join(folder, "sync")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < 1:
        os.write(file, PIECE[:4096])
        os.fsync(file)
        count += 1
    taken = time.perf_counter() - begin
    os.close(file)
    os.remove(path)
    return taken / count


def _loopback(size):
    """One TCP connection from one thread to another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def send():
            with socket.create_connection(server.getsockname()) as client:
                for _ in range(size // len(PIECE)):
                    client.sendall(PIECE)

        thread = threading.Thread(target=send)
        begin = time.perf_counter()
        thread.start()
        taker, _ = server.accept()
        into, got = bytearray(MEBI), 0
        with taker:
            while got < size:
                got += taker.recv_into(into)
        thread.join()
        return size / (time.perf_counter() - begin)


def _memcpy(size):
    into = memoryview(bytearray(64 * MEBI))
    source = memoryview(bytes(64 * MEBI))
    into[:] = source  # the pages are there
    begin = time.perf_counter()
    for _ in range(size // len(source)):
        into[:] = source
    return size / (time.perf_counter() - begin)


def run(bench, folder):
    size = bench.limit_bytes
    figures = {"disk": [], "fsync": [], "loopback": [], "memcpy": []}
    for _ in range(bench.repeat):
        figures["disk"].append(_disk(folder, size))
        figures["fsync"].append(_fsync(folder))
        figures["loopback"].append(_loopback(size))
        figures["memcpy"].append(_memcpy(size * 4))
    middle = {name: rig.median(values) for name, values in figures.items()}
    payload = f"{size // MEBI:,} MiB"
    yield Row("limit: sequential write and one fsync", megabytes(middle["disk"]), payload,
              "row_limits.py", {"bytes_per_second": figures["disk"]})
    yield Row("limit: 4 KiB and an fsync", f"{middle['fsync'] * 1e3:.2f} ms", "a second of them",
              "row_limits.py", {"seconds": figures["fsync"]})
    yield Row("limit: one TCP connection over loopback", megabytes(middle["loopback"]), payload,
              "row_limits.py", {"bytes_per_second": figures["loopback"]})
    yield Row("limit: memcpy of 64 MiB, one thread", megabytes(middle["memcpy"]), payload,
              "row_limits.py", {"bytes_per_second": figures["memcpy"]})
