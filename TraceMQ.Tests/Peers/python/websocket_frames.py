"""Raw frames by Python's standard library, against an echo server. Argument: its port. Prints a line for each case: ok or FAIL, its theme and name."""
import base64
import hashlib
import os
import socket
import struct
import sys
import zlib

PORT = int(sys.argv[1])
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Peer:
    def __init__(self, deflate=False):
        self.socket = socket.create_connection(("127.0.0.1", PORT), timeout=20)
        key = base64.b64encode(os.urandom(16))
        request = [
            b"GET / HTTP/1.1", b"Host: 127.0.0.1:%d" % PORT, b"Upgrade: websocket", b"Connection: keep-alive, Upgrade",
            b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: " + key,
        ]
        if deflate:
            request.append(b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover")
        self.socket.sendall(b"\r\n".join(request) + b"\r\n\r\n")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101"), head
        assert base64.b64encode(hashlib.sha1(key + GUID).digest()) in head, head
        assert not deflate or b"permessage-deflate" in head, head

    def send(self, opcode, payload=b"", final=True, reserved=0, masked=True, length=None):
        header = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
        size = len(payload) if length is None else length
        bit = 0x80 if masked else 0
        if size < 126:
            header += bytes([bit | size])
        elif size < 65536:
            header += bytes([bit | 126]) + struct.pack(">H", size)
        else:
            header += bytes([bit | 127]) + struct.pack(">Q", size)
        mask = os.urandom(4)
        body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if masked else payload
        self.socket.sendall(header + (mask if masked else b"") + body)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def read(self):
        first, second = self.exactly(2)
        assert not second & 0x80, "a server must not mask"
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self.exactly(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self.exactly(8))[0]
        return first, self.exactly(size)

    def echo(self, opcode, payload):
        first, got = self.read()
        assert first == 0x80 | opcode, hex(first)
        assert got == payload, f"{len(got)} instead of {len(payload)} bytes"

    def closed(self, *codes):
        while True:
            first, payload = self.read()
            if first & 0xF == 8:
                break
        code = struct.unpack(">H", payload[:2])[0] if payload else 1005
        assert code in codes, f"{code} {payload[2:]}"
        if code >= 1002 and code != 1005:
            assert len(payload) > 2, "the rule is not named"
        try:
            self.socket.shutdown(socket.SHUT_WR)
            assert self.socket.recv(1) == b"", "it goes on after its close"
        except OSError:
            pass


def deflated(data):
    compressor = zlib.compressobj(wbits=-15)
    return (compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


CASES = []


def case(theme, name, deflate=False):
    def add(run):
        CASES.append((theme, name, deflate, run))
        return run

    return add


for size in (0, 1, 125, 126, 127, 128, 65535, 65536, 300000):
    for opcode in (1, 2):
        @case("framing", f"opcode {opcode} of {size} bytes")
        def _(p, size=size, opcode=opcode):
            p.send(opcode, b"*" * size)
            p.echo(opcode, b"*" * size)


@case("framing", "byte by byte")
def _(p):
    body = bytes([0x81, 0x83, 1, 2, 3, 4, 0x61 ^ 1, 0x62 ^ 2, 0x63 ^ 3])
    for byte in body:
        p.socket.sendall(bytes([byte]))
    p.echo(1, b"abc")


@case("framing", "without a mask")
def _(p):
    p.send(1, b"x", masked=False)
    p.closed(1002)


@case("framing", "a length in more bytes than it needs")
def _(p):
    p.socket.sendall(bytes([0x82, 0x80 | 126, 0, 5]) + b"\0\0\0\0" + b"12345")
    p.closed(1002)


@case("framing", "a length of 2^63")
def _(p):
    p.socket.sendall(bytes([0x82, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 0]) + b"\0\0\0\0")
    p.closed(1002)


for size in (0, 1, 125):
    @case("pings", f"a ping of {size} bytes")
    def _(p, size=size):
        p.send(9, b"p" * size)
        p.echo(10, b"p" * size)


@case("pings", "a ping of 126 bytes")
def _(p):
    p.send(9, b"p" * 126)
    p.closed(1002)


@case("pings", "a pong that nobody asked for")
def _(p):
    p.send(10, b"unasked")
    p.send(1, b"still there")
    p.echo(1, b"still there")


@case("pings", "ten pings at once")
def _(p):
    for i in range(10):
        p.send(9, b"%d" % i)
    for i in range(10):
        p.echo(10, b"%d" % i)


@case("pings", "a ping in fragments")
def _(p):
    p.send(9, b"a", final=False)
    p.closed(1002)


for bits in range(1, 8):
    @case("reserved bits", f"{bits:03b} without an extension")
    def _(p, bits=bits):
        p.send(1, b"x", reserved=bits)
        p.closed(1002)


for bits in (1, 2, 3, 5, 6, 7):
    @case("reserved bits", f"{bits:03b} with compression", deflate=True)
    def _(p, bits=bits):
        p.send(1, b"x", reserved=bits)
        p.closed(1002)


for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
    @case("opcodes", f"{opcode:X} is reserved")
    def _(p, opcode=opcode):
        p.send(opcode, b"x")
        p.closed(1002)


@case("fragmentation", "three fragments with pings between")
def _(p):
    p.send(1, b"one ", final=False)
    p.send(9, b"1")
    p.echo(10, b"1")
    p.send(0, b"two ", final=False)
    p.send(9, b"2")
    p.send(0, b"three")
    p.echo(10, b"2")
    p.echo(1, b"one two three")


@case("fragmentation", "empty fragments")
def _(p):
    p.send(2, b"", final=False)
    p.send(0, b"", final=False)
    p.send(0, b"")
    p.echo(2, b"")


@case("fragmentation", "a continuation of nothing")
def _(p):
    p.send(0, b"x")
    p.closed(1002)


@case("fragmentation", "a second message inside the first")
def _(p):
    p.send(1, b"x", final=False)
    p.send(1, b"y")
    p.closed(1002)


@case("fragmentation", "a message in a thousand fragments")
def _(p):
    p.send(2, b"a", final=False)
    for _ in range(998):
        p.send(0, b"b", final=False)
    p.send(0, b"c")
    p.echo(2, b"a" + b"b" * 998 + b"c")


@case("UTF-8", "characters of every length")
def _(p):
    text = "κόσμε 漢字 \U0001F600".encode()
    p.send(1, text)
    p.echo(1, text)


@case("UTF-8", "a character cut by a fragment")
def _(p):
    text = "é".encode()
    p.send(1, text[:1], final=False)
    p.send(0, text[1:])
    p.echo(1, text)


for name, text in (
    ("overlong", b"\xc0\xaf"), ("a surrogate", b"\xed\xa0\x80"), ("beyond the last", b"\xf4\x90\x80\x80"),
    ("half a character", b"\xce"), ("a lone continuation", b"a\x80b"), ("0xff", b"\xff"),
):
    @case("UTF-8", name)
    def _(p, text=text):
        p.send(1, text)
        p.closed(1007)


@case("UTF-8", "wrong already in the first fragment")
def _(p):
    p.send(1, b"\xff", final=False)
    p.closed(1007)


@case("UTF-8", "binary may be anything")
def _(p):
    p.send(2, b"\xff\xc0")
    p.echo(2, b"\xff\xc0")


for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
    @case("closing", f"code {code}")
    def _(p, code=code):
        p.send(8, struct.pack(">H", code))
        first, payload = p.read()
        assert first == 0x88 and struct.unpack(">H", payload[:2])[0] == code, payload
        assert p.socket.recv(1) == b""


for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
    @case("closing", f"code {code} must not be sent")
    def _(p, code=code):
        p.send(8, struct.pack(">H", code))
        p.closed(1002)


@case("closing", "without a code")
def _(p):
    p.send(8)
    p.closed(1000, 1005)


@case("closing", "with one byte")
def _(p):
    p.send(8, b"\x03")
    p.closed(1002)


@case("closing", "with a reason of 123 bytes")
def _(p):
    p.send(8, struct.pack(">H", 1000) + b"r" * 123)
    p.closed(1000)


@case("closing", "with a reason of 124 bytes")
def _(p):
    p.send(8, struct.pack(">H", 1000) + b"r" * 124)
    p.closed(1002)


@case("closing", "with a reason that is no UTF-8")
def _(p):
    p.send(8, struct.pack(">H", 1000) + b"\xff")
    p.closed(1007)


@case("closing", "nothing is answered after it")
def _(p):
    p.send(8, struct.pack(">H", 1000))
    try:
        p.send(9, b"x")
    except OSError:
        pass
    p.closed(1000)


@case("limits", "more than the limit in one frame")
def _(p):
    p.send(2, b"", length=1 << 20 | 1)
    p.closed(1009)


@case("limits", "more than the limit in fragments")
def _(p):
    p.send(2, b"x" * 700000, final=False)
    p.send(0, b"x" * 10, length=700000)
    p.closed(1009)


@case("limits", "the limit itself")
def _(p):
    p.send(2, b"x" * (1 << 20))
    p.echo(2, b"x" * (1 << 20))


def inflated(first, payload):
    if not first & 0x40:
        return payload
    return zlib.decompressobj(wbits=-15).decompress(payload + b"\0\0\xff\xff")


@case("compression", "a compressed text", deflate=True)
def _(p):
    p.send(1, deflated(b"hello " * 100), reserved=4)
    first, payload = p.read()
    assert first & 0x40, "it was not compressed"
    assert inflated(first, payload) == b"hello " * 100


@case("compression", "a plain text beside it", deflate=True)
def _(p):
    p.send(1, b"short")
    p.echo(1, b"short")


@case("compression", "in fragments", deflate=True)
def _(p):
    data = deflated(b"fragmented " * 50)
    p.send(1, data[:5], final=False, reserved=4)
    p.send(0, data[5:])
    assert inflated(*p.read()) == b"fragmented " * 50


@case("compression", "the bit on a continuation", deflate=True)
def _(p):
    p.send(1, b"x", final=False)
    p.send(0, b"y", reserved=4)
    p.closed(1002)


@case("compression", "the bit on a ping", deflate=True)
def _(p):
    p.send(9, b"x", reserved=4)
    p.closed(1002)


@case("compression", "what is no deflated data", deflate=True)
def _(p):
    p.send(1, b"\xff\xff\xff", reserved=4)
    p.closed(1007)


@case("compression", "a bomb", deflate=True)
def _(p):
    p.send(2, deflated(b"\0" * (64 << 20)), reserved=4)
    p.closed(1009)


@case("compression", "a text that inflates to no UTF-8", deflate=True)
def _(p):
    p.send(1, deflated(b"\xff\xfe"), reserved=4)
    p.closed(1007)


failed = 0
for theme, name, deflate, run in CASES:
    try:
        run(Peer(deflate))
        print(f"ok   {theme}: {name}")
    except Exception as error:  # noqa: BLE001
        failed += 1
        print(f"FAIL {theme}: {name}: {type(error).__name__} {error}")
print(f"cases {len(CASES)} failed {failed}")
