"""Stands between a client and a server on loopback: answers can be lost, connections cut. Knows nothing
of what it carries.
"""
import contextlib
import socket
import threading


class TcpProxy:
    """`lose_answers`: while set, what the server says goes nowhere; what clients say still arrives."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.target = (host, int(port))
        self.lose_answers = False
        self.lost_bytes = 0
        self._open = {}  # (client, server) -> directions that are carried
        self._mutex = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends every connection; how many there were."""
        with self._mutex:
            for pair in self._open:
                self._shut(pair)
            return len(self._open)

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self.target)
                except OSError:
                    client.close()
                    continue
                with self._mutex:
                    self._open[client, server] = 2
                for answers in (False, True):
                    threading.Thread(target=self._carry, args=((client, server), answers),
                                     daemon=True).start()

    def _carry(self, pair, answers):
        source, sink = reversed(pair) if answers else pair
        with contextlib.suppress(OSError):
            while got := source.recv(1 << 16):
                if answers and self.lose_answers:
                    self.lost_bytes += len(got)
                else:
                    sink.sendall(got)
        with self._mutex:
            self._shut(pair)
            self._open[pair] -= 1
            if self._open[pair] == 0:
                del self._open[pair]
                for end in pair:
                    end.close()

    @staticmethod
    def _shut(pair):
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
