"""Reads exported files with nothing but Python's standard library and prints what it found as JSON, for the tests.

python3 read_back.py FORMAT FILE, where FORMAT is safetensors, npz, events or zip.
"""

import ast
import io
import json
import struct
import sys
import zipfile


def read_safetensors(data):
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32"
        begin, end = entry["data_offsets"]
        tensors[name] = {"shape": entry["shape"], "values": struct.unpack("<%df" % ((end - begin) // 4), body[begin:end])}
    assert max([entry["data_offsets"][1] for entry in header.values()], default=0) == len(body)
    return tensors


def read_npy(data):
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    (length,) = struct.unpack_from("<H", data, 8)
    assert (10 + length) % 64 == 0 and data[9 + length : 10 + length] == b"\n"
    header = ast.literal_eval(data[10 : 10 + length].decode("latin1"))
    assert header["descr"] == "<f4" and header["fortran_order"] is False
    body = data[10 + length :]
    return {"shape": header["shape"], "values": struct.unpack("<%df" % (len(body) // 4), body)}


def read_npz(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name[: -len(".npy")]: read_npy(archive.read(name)) for name in archive.namelist()}


def crc32c(data):
    """Bit by bit, on purpose unlike the writer's table."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        head = data[at : at + 8]
        (length,) = struct.unpack("<Q", head)
        body = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(head), "checksum of a length"
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body), "checksum of a record"
        yield body
        at += 16 + length


def fields(message):
    """Number and raw value of each field of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, varint()
            continue
        size = {1: 8, 5: 4}.get(wire) or varint()
        raw = message[at : at + size]
        at += size
        yield number, struct.unpack("<d", raw)[0] if wire == 1 else struct.unpack("<f", raw)[0] if wire == 5 else raw


def read_events(data):
    events = []
    for body in records(data):
        event = dict(fields(body))
        entry = {"time": event[1], "step": event.get(2, 0), "scalars": {}, "histograms": {}}
        if 3 in event:
            entry["version"] = event[3].decode()
        for number, raw in fields(event.get(5, b"")):
            assert number == 1
            value = dict(fields(raw))
            tag = value[1].decode()
            if 2 in value:
                entry["scalars"][tag] = value[2]
            else:
                histogram = dict(fields(value[5]))
                unpack = lambda part: struct.unpack("<%dd" % (len(part) // 8), part)
                entry["histograms"][tag] = {
                    "min": histogram[1],
                    "max": histogram[2],
                    "count": histogram[3],
                    "limits": unpack(histogram[6]),
                    "counts": unpack(histogram[7]),
                }
        events.append(entry)
    return events


def read_zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {entry.filename: entry.file_size for entry in archive.infolist()}


def numpy_agrees(data):
    """With numpy at hand it has to read the same; without it there is nothing to compare."""
    try:
        import numpy
    except ImportError:
        return
    arrays = numpy.load(io.BytesIO(data))
    for name, tensor in read_npz(data).items():
        assert arrays[name].shape == tuple(tensor["shape"]) and arrays[name].ravel().tolist() == list(tensor["values"])


if __name__ == "__main__":
    form, path = sys.argv[1:]
    with open(path, "rb") as file:
        content = file.read()
    if form == "npz":
        numpy_agrees(content)
    readers = {"safetensors": read_safetensors, "npz": read_npz, "events": read_events, "zip": read_zip}
    json.dump(readers[form](content), sys.stdout)
