"""What a pixel of each mode is made of."""

import struct

# Channels and bytes of a pixel; the numbers of I and F are one value of four bytes.
BANDS = {
    "1": 1, "L": 1, "P": 1, "LA": 2, "La": 2, "PA": 2, "RGB": 3, "YCbCr": 3, "HSV": 3, "LAB": 3,
    "RGBA": 4, "RGBX": 4, "RGBa": 4, "CMYK": 4, "I": 1, "F": 1, "I;16": 1, "I;16L": 1, "I;16B": 1,
}
BYTES = {**BANDS, "I": 4, "F": 4, "I;16": 2, "I;16L": 2, "I;16B": 2}
NUMBER = {"I": "<i", "F": "<f", "I;16": "<H", "I;16L": "<H", "I;16B": ">H"}
WITH_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")


def depth_of(mode):
    if mode not in BYTES:
        raise ValueError("unrecognized image mode")
    return BYTES[mode]


def clip(value):
    return 0 if value < 0 else 255 if value > 255 else int(value)


def ink(color, mode):
    """The bytes of a colour, given as a program gives it: a number, or a tuple of one for each channel."""
    if mode in NUMBER:
        return number_ink(color, mode)
    bands = BANDS[mode]
    if bands == 1:
        if isinstance(color, tuple | list):
            if len(color) != 1:
                raise TypeError("color must be int or single-element tuple")
            color = color[0]
        if not hasattr(color, "__index__") and not isinstance(color, float):
            raise TypeError("color must be int or single-element tuple")
        return bytes((clip(int(color)),))
    if isinstance(color, tuple | list):
        return tuple_ink(color, mode, bands)
    if not hasattr(color, "__index__"):
        raise TypeError("color must be int or tuple")
    value = int(color) & 0xFFFFFFFF
    if bands == 2:
        return bytes((value & 255, value >> 24 or value >> 8 & 255))
    return value.to_bytes(4, "little")[:bands]


def tuple_ink(color, mode, bands):
    values = [clip(int(value)) for value in color]
    if bands == 2:
        if len(values) not in (1, 2):
            raise TypeError("color must be int, or tuple of one or two elements")
        return bytes((values[0], values[1] if len(values) == 2 else 255))
    if len(values) == 1:
        values *= 3
    if len(values) not in (3, 4):
        raise TypeError("color must be int, or tuple of one, three or four elements")
    return bytes((*values, 255)[:bands])


def number_ink(color, mode):
    if isinstance(color, tuple | list):
        if len(color) != 1:
            raise TypeError("color must be int or single-element tuple")
        color = color[0]
    if mode == "F":
        return struct.pack("<f", float(color))
    if mode == "I":
        return struct.pack("<i", int(color))
    return struct.pack(NUMBER[mode], max(0, min(65535, int(color))))
