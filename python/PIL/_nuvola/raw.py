"""Raw modes: how pixels lie in files and in what `tobytes` and `frombytes` exchange."""

from .modes import BYTES

# The order of channels by raw mode; X is a byte that means nothing.
ORDERS = {
    "RGB": "RGB", "BGR": "BGR", "RGBX": "RGBX", "BGRX": "BGRX", "XRGB": "XRGB", "XBGR": "XBGR",
    "RGBA": "RGBA", "BGRA": "BGRA", "ARGB": "ARGB", "ABGR": "ABGR", "RGBa": "RGBA", "RGBXX": "RGBXX",
    "LA": "LA", "PA": "LA", "La": "LA", "CMYK": "CMYK", "YCbCr": "RGB", "YCbCrX": "RGBX", "HSV": "RGB", "LAB": "RGB",
}
CHANNELS = {
    "RGB": "RGB", "RGBA": "RGBA", "RGBX": "RGBX", "RGBa": "RGBA", "LA": "LA", "PA": "LA", "La": "LA",
    "CMYK": "CMYK", "YCbCr": "RGB", "HSV": "RGB", "LAB": "RGB",
}
INVERT = bytes(255 - value for value in range(256))


class UnknownRawMode(ValueError):
    pass


def bits_of(mode, rawmode):
    """Bits of a pixel in a raw mode."""
    name, _, variant = rawmode.partition(";")
    if rawmode.startswith("I;16"):
        return 16
    if name == "1":
        return 1 if variant != "8" else 8
    if name in ("L", "P", "A") and variant[:1] in ("1", "2", "4") and not variant.startswith("16"):
        return int(variant[0])
    if name in ("I", "F"):
        return int("".join(filter(str.isdigit, variant)) or 32)
    per_channel = 16 if variant.startswith("16") else 8
    if name in ("L", "P", "R", "G", "B", "A", "C", "M", "Y", "K", "X"):
        return per_channel
    if name in ORDERS:
        return len(ORDERS[name]) * per_channel
    raise UnknownRawMode(f"unknown raw mode {rawmode!r} for image mode {mode!r}")


def row_bytes(mode, rawmode, width):
    return (bits_of(mode, rawmode) * width + 7) // 8


def unpack(mode, rawmode, width, height, data):
    """Pixels of a mode, out of rows without padding."""
    name, _, variant = rawmode.partition(";")
    bits = bits_of(mode, rawmode)
    if bits < 8:
        return from_bits(mode, rawmode, width, height, data, bits)
    if mode in ("I;16", "I;16L", "I;16B"):
        swapped = rawmode.startswith("I;16B") != (mode == "I;16B")
        return swap_pairs(data) if swapped else bytes(data)
    if mode in ("I", "F"):
        return to_numbers(mode, rawmode, data)
    if variant.startswith("16"):
        # Pillow keeps the upper half.
        data = data[::2] if variant == "16B" else data[1::2]
    elif "L" in variant:
        data = from_planes(data, len(ORDERS[name]), width, height)
    if "I" in variant:
        data = bytes(data).translate(INVERT)
    if BYTES[mode] == 1:
        if name == "1":
            data = bytes(data).translate(bytes(1) + b"\xff" * 255)
        return bytes(data)
    return reorder(data, ORDERS[name], CHANNELS[mode])


def reorder(data, given, wanted):
    if given == wanted:
        return bytes(data)
    count = len(data) // len(given)
    out = bytearray(b"\xff") * (count * len(wanted))
    for position, channel in enumerate(wanted):
        if channel in given:
            out[position :: len(wanted)] = data[given.index(channel) :: len(given)]
    return bytes(out)


def from_planes(data, channels, width, height):
    """Rows whose channels follow one another."""
    out = bytearray(len(data))
    for row in range(height):
        start = row * width * channels
        for channel in range(channels):
            part = data[start + channel * width : start + (channel + 1) * width]
            out[start + channel : start + width * channels : channels] = part
    return out


def to_planes(data, channels, width, height):
    out = bytearray(len(data))
    for row in range(height):
        start = row * width * channels
        for channel in range(channels):
            part = data[start + channel : start + width * channels : channels]
            out[start + channel * width : start + (channel + 1) * width] = part
    return out


def from_bits(mode, rawmode, width, height, data, bits):
    per_byte = 8 // bits
    top = (1 << bits) - 1
    scale = 1 if mode in ("P", "PA") else 255 // top
    variant = rawmode.partition(";")[2]
    table = []
    for byte in range(256):
        values = [byte >> (8 - bits * (place + 1)) & top for place in range(per_byte)]
        if "R" in variant:
            values.reverse()
        if "I" in variant:
            values = [top - value for value in values]
        table.append(bytes(value * scale for value in values))
    stride = (width * bits + 7) // 8
    rows = (data[row * stride : (row + 1) * stride] for row in range(height))
    return b"".join(b"".join([table[byte] for byte in row])[:width] for row in rows)


def to_bits(rawmode, width, height, data, bits):
    per_byte = 8 // bits
    variant = rawmode.partition(";")[2]
    top = (1 << bits) - 1
    # White is any value in mode 1; L is scaled down, indices are taken as they are.
    if rawmode.startswith("1"):
        data = data.translate(bytes(1) + b"\x01" * 255)
    elif rawmode.startswith("L"):
        data = data.translate(bytes(value >> (8 - bits) for value in range(256)))
    if "I" in variant:
        data = data.translate(bytes((top - (value & top)) for value in range(256)))
    out = bytearray()
    for row in range(height):
        line = data[row * width : (row + 1) * width]
        line += bytes(-len(line) % per_byte)
        packed = bytes(len(line) // per_byte)
        number = 0
        for place in range(per_byte):
            shift = bits * place if "R" in variant else 8 - bits * (place + 1)
            part = line[place::per_byte].translate(bytes((value & top) << shift for value in range(256)))
            number |= int.from_bytes(part, "big")
        out += number.to_bytes(len(packed), "big")
    return bytes(out)


def to_numbers(mode, rawmode, data):
    """Whole numbers and floats of several widths, as 32 bits."""
    import struct

    if rawmode in (mode, f"{mode};32", f"{mode};32S", f"{mode};32F", f"{mode};32N", f"{mode};32NF"):
        return bytes(data)
    variant = rawmode.partition(";")[2]
    order = ">" if "B" in variant else "<"
    letter = {"8": "B", "8S": "b", "16": "H", "16S": "h", "32": "I", "32S": "i", "32F": "f", "64F": "d"}.get(
        variant.replace("B", "").replace("N", "")
    )
    if letter is None:
        raise UnknownRawMode(f"unknown raw mode {rawmode!r} for image mode {mode!r}")
    values = [value for (value,) in struct.iter_unpack(order + letter, data)]
    if mode == "I":
        return struct.pack(f"<{len(values)}i", *(int(value) for value in values))
    return struct.pack(f"<{len(values)}f", *values)


def swap_pairs(data):
    out = bytearray(len(data))
    out[::2], out[1::2] = data[1::2], data[::2]
    return bytes(out)


def pack(mode, rawmode, width, height, data):
    """Rows without padding, out of pixels of a mode."""
    name, _, variant = rawmode.partition(";")
    bits = bits_of(mode, rawmode)
    if bits < 8:
        return to_bits(rawmode, width, height, bytes(data), bits)
    if mode in ("I;16", "I;16L", "I;16B"):
        swapped = ("B" in variant) != (mode == "I;16B")
        return swap_pairs(data) if swapped else bytes(data)
    if mode == "I" and rawmode == "I;16B":
        return b"".join(max(0, min(65535, value)).to_bytes(2, "big") for value in memoryview(bytes(data)).cast("i"))
    if mode in ("I", "F"):
        if rawmode not in (mode, f"{mode};32", f"{mode};32S", f"{mode};32F", f"{mode};32NS", f"{mode};32NF"):
            raise UnknownRawMode(f"unknown raw mode {rawmode!r} for image mode {mode!r}")
        return bytes(data)
    if BYTES[mode] > 1 and name in CHANNELS[mode] and len(name) == 1:
        return bytes(data[CHANNELS[mode].index(name) :: BYTES[mode]])
    if BYTES[mode] > 1:
        if name not in ORDERS:
            raise UnknownRawMode(f"unknown raw mode {rawmode!r} for image mode {mode!r}")
        if "X" in name and mode == "RGB":
            out = bytearray(reorder(data, "RGB", ORDERS[name].replace("X", "A")))
            data = bytes(out)
        else:
            data = reorder(data, CHANNELS[mode], ORDERS[name])
    if "L" in variant:
        data = to_planes(data, len(ORDERS[name]), width, height)
    if "I" in variant:
        data = bytes(data).translate(INVERT)
    return bytes(data)
