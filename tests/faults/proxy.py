"""Stands between a client and the store, on a Unix socket: loses replies, holds requests, is slow, says
nothing, or is not there. It understands just so much HTTP that it sees where a request ends.
"""
import collections
import contextlib
import re
import socket
import threading
import urllib.parse

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.I)


class Proxy:
    """`rule`: given the first line of each request, decoded, it says what becomes of it: "cut" (the store
    does it, its reply is lost), "hold" (it reaches the store at release(), also if its client is gone by
    then), or None."""

    def __init__(self, path, upstream):
        self.upstream = str(upstream)
        self.path = str(path)
        self.rule = lambda line: None
        self.struck = collections.Counter()
        self.delay_s = 0
        self._mutex = threading.Lock()
        self._links = set()
        self._refusing = False
        self._open = threading.Event()  # not set: silent
        self._open.set()
        self._held = threading.Event()
        self._released = threading.Event()
        self._done = threading.Event()
        self.late_reply = ""
        self._closed = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._closed.set()
        self._open.set()
        self._released.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut_links()

    def refuse(self, refusing):
        """The network is cut: nothing that is open stays so, nothing new comes through."""
        with self._mutex:
            self._refusing = refusing
        if refusing:
            self._cut_links()

    def silence(self, silent):
        """Half-open: connections stand, no byte passes."""
        (self._open.clear if silent else self._open.set)()

    def await_held(self, patience_s):
        assert self._held.wait(patience_s), "no request came that is to be held"

    def release(self, patience_s):
        """What the store answered to the request that was held."""
        self._released.set()
        assert self._done.wait(patience_s), "the store does not answer what was held"
        return self.late_reply

    def _cut_links(self):
        with self._mutex:
            links = list(self._links)
        for link in links:
            link.cut()

    def _accept(self):
        while not self._closed.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            _Link(self, client).start()

    def _add(self, link):
        """Whether it may stand: nothing that is refused slips past the cut."""
        with self._mutex:
            if self._refusing:
                self.struck["refused"] += 1
                return False
            self._links.add(link)
            return True


class _Link:
    def __init__(self, proxy, client):
        self.proxy = proxy
        self.client = client
        self.store = socket.socket(socket.AF_UNIX)
        self.losing = False
        self.works = [self._requests, self._replies]

    def start(self):
        with contextlib.suppress(OSError):
            self.store.connect(self.proxy.upstream)
            if self.proxy._add(self):
                for work in tuple(self.works):
                    threading.Thread(target=self._run, args=(work,), daemon=True).start()
                return
        self._close()

    def _close(self):
        self.client.close()
        self.store.close()

    def cut(self):
        for end in (self.client, self.store):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _run(self, work):
        with contextlib.suppress(OSError):
            work()
        self.cut()
        with self.proxy._mutex:
            self.works.remove(work)
            if not self.works:
                self.proxy._links.discard(self)
                self._close()

    def _pass(self):
        if not self.proxy._open.is_set():
            self.proxy.struck["silent"] += 1
            self.proxy._open.wait()
        if self.proxy.delay_s:
            self.proxy.struck["delayed"] += 1
            self.proxy._closed.wait(self.proxy.delay_s)

    def _requests(self):
        rest = b""
        while True:
            while b"\r\n\r\n" not in rest:
                got = self.client.recv(1 << 16)
                if not got:
                    return
                rest += got
            head, _, _ = rest.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            size = len(head) + 4 + (int(length[1]) if length else 0)
            while len(rest) < size:
                got = self.client.recv(1 << 20)
                if not got:
                    return
                rest += got
            self._forward(head, rest[:size])
            rest = rest[size:]

    def _forward(self, head, request):
        line = urllib.parse.unquote(head.split(b"\r\n", 1)[0].decode())
        action = self.proxy.rule(line)
        if action is not None:
            self.proxy.struck[action] += 1
        if action == "hold":
            self._send_late(request)
            return
        self.losing = action == "cut"
        self._pass()
        self.store.sendall(request)

    def _send_late(self, request):
        """On a connection of its own: the client may be gone, and so may be the one made for it."""
        self.proxy._held.set()
        self.proxy._released.wait()
        with socket.socket(socket.AF_UNIX) as store:
            store.connect(self.proxy.upstream)
            store.sendall(request)
            self.proxy.late_reply = store.recv(1 << 16).decode()
        self.proxy._done.set()
        self.cut()

    def _replies(self):
        while True:
            got = self.store.recv(1 << 16)
            if not got:
                return
            if self.losing:
                self.cut()
                return
            self._pass()
            self.client.sendall(got)
