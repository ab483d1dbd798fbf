"""Reads the packed compressed model: python3 unpack_model.py model.packed

The format is described in README.txt. Needs nothing but Python 3; `read` gives, by name, the shape and the values in
row-major order. Convolution kernels are height, width, in, out; dense kernels are in, out.
"""

import json
import math
import struct
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != b"DPACKED1":
        raise ValueError("not a packed model")
    (length,) = struct.unpack_from("<I", data, 8)
    header = json.loads(data[12 : 12 + length])
    at = 12 + length

    def take(size):
        nonlocal at
        at += size
        return data[at - size : at]

    def floats(count):
        return struct.unpack("<%df" % count, take(4 * count))

    def integers(count, bits):
        number = int.from_bytes(take((count * bits + 7) // 8), "little")
        return [(number >> (index * bits)) & ((1 << bits) - 1) for index in range(count)]

    def bits_for(highest):
        return max(1, highest.bit_length())

    tensors = {}
    for tensor in header["tensors"]:
        shape, bits, scales = tensor["shape"], tensor["bits"], tensor["scales"]
        size, rows = math.prod(shape), shape[-1] if len(shape) > 1 else 1
        grid = floats(2 * scales)
        if tensor["layout"] == "dense":
            places = range(size)
        elif tensor["layout"] == "bitmask":
            places = [place for place, kept in enumerate(integers(size, 1)) if kept]
        else:
            starts = integers(rows + 1, bits_for(tensor["nonZero"]))
            columns = integers(tensor["nonZero"], bits_for(size // rows - 1))
            places = [
                column * rows + row for row in range(rows) for column in columns[starts[row] : starts[row + 1]]
            ]
        stored = integers(len(places), bits) if scales else floats(len(places))
        values = [0.0] * size
        for place, value in zip(places, stored):
            if scales:
                pair = 2 * (place % scales)
                value = grid[pair] * (value - grid[pair + 1])
            values[place] = value
        tensors[tensor["name"]] = (tuple(shape), values)
    return tensors


if __name__ == "__main__":
    for name, (shape, values) in read(sys.argv[1]).items():
        zeros = sum(value == 0 for value in values)
        print("%s %s: %d of %d values are zero" % (name, "x".join(map(str, shape)), zeros, len(values)))
