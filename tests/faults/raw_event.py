"""Keys and events as bytes, written without the program: what a stranger could put into the log."""
TENANT, OCCURRED_AT, ENTITY_ID, CALL = 2, 6, 11, 21


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, value):
    """A field of a protobuf message: a number, text or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def call(call_id, occurred_at, tenant="main", payload=True):
    """An event of an inbound call that nobody answered. None leaves a field out."""
    parts = [(TENANT, tenant), (OCCURRED_AT, occurred_at), (ENTITY_ID, call_id)]
    value = b"".join(field(number, part) for number, part in parts if part is not None)
    if payload:
        told = (field(1, call_id or "") + field(4, 1) + field(8, occurred_at or 0) +
                field(10, (occurred_at or 0) + 9_000_000) + field(12, 2))
        value += field(CALL, told)
    return value


def key(entity_id, kind=CALL, tenant="main"):
    return bytes([len(tenant)]) + tenant.encode() + kind.to_bytes(2, "big") + entity_id.encode()


def murmur2(data):
    """Kafka's, of a key."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        k = int.from_bytes(data[i:i + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def partition_of(key_bytes, partitions):
    return (murmur2(key_bytes) & 0x7FFFFFFF) % partitions
