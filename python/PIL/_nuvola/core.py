"""`ImagingCore`: a picture as Pillow's Python knows it."""

import array
import math
import struct

from . import NotSimulatedError, raw
from .modes import BANDS, BYTES, NUMBER, WITH_ALPHA, clip, depth_of, ink
from .native import NativeError, call

GRAYS = bytes(value for level in range(256) for value in (level, level, level, 255))
# The 216 colours of the early web, behind ten places that are left free, as in Pillow's `Image.Palette.WEB`.
WEB = bytes((0, 0, 0, 255)) * 10 + b"".join(
    bytes((red, green, blue, 255))
    for blue in range(0, 256, 51)
    for green in range(0, 256, 51)
    for red in range(0, 256, 51)
)


class CorePalette:
    def __init__(self, mode="RGB", colors=GRAYS, size=0):
        self.mode = mode
        self.colors = bytearray(colors.ljust(1024, b"\0"))
        self.size = size

    def copy(self):
        return CorePalette(self.mode, bytes(self.colors), self.size)

    def table(self, channel):
        return bytes(self.colors[channel::4])


def wrong_mode():
    return ValueError("image has wrong mode")


class ImagingCore:
    readonly = 0

    def __init__(self, mode, size, data=None, palette=None):
        self.mode = mode
        self.size = (int(size[0]), int(size[1]))
        self.depth = depth_of(mode)
        count = self.size[0] * self.size[1] * self.depth
        self.data = bytearray(count) if data is None else bytearray(data)
        assert len(self.data) == count, "pixels that do not fit their picture"
        if palette is None and mode in ("P", "PA"):
            palette = CorePalette()
        self.palette = palette

    @property
    def bands(self):
        return BANDS[self.mode]

    @property
    def ptr(self):
        return self

    @property
    def id(self):
        return id(self)

    def made(self, data, mode=None, size=None):
        mode = mode or self.mode
        palette = self.palette.copy() if self.palette and mode in ("P", "PA") else None
        return ImagingCore(mode, size or self.size, data, palette)

    def copy(self):
        return self.made(self.data)

    def isblock(self):
        return True

    # --- single pixels --------------------------------------------------------------------------

    def __len__(self):
        return self.size[0] * self.size[1]

    def __getitem__(self, index):
        if index < 0 or index >= len(self):
            raise IndexError("image index out of range")
        return self.value_at(index * self.depth)

    def value_at(self, at):
        if self.mode in NUMBER:
            return struct.unpack_from(NUMBER[self.mode], self.data, at)[0]
        return self.data[at] if self.depth == 1 else tuple(self.data[at : at + self.depth])

    def place(self, xy):
        x, y = int(xy[0]), int(xy[1])
        width, height = self.size
        x, y = x + width if x < 0 else x, y + height if y < 0 else y
        if not (0 <= x < width and 0 <= y < height):
            raise IndexError("image index out of range")
        return (y * width + x) * self.depth

    def getpixel(self, xy):
        return self.value_at(self.place(xy))

    def putpixel(self, xy, color):
        at = self.place(xy)
        self.data[at : at + self.depth] = ink(color, self.mode)

    def pixel_access(self, readonly=0):
        return PixelAccess(self, readonly)

    def putdata(self, data, scale=1.0, offset=0.0):
        if self.depth == 1 and isinstance(data, bytes | bytearray) and (scale, offset) == (1.0, 0.0):
            self.data[: len(data)] = data[: len(self.data)]
            return
        if len(data) > len(self):
            raise TypeError("too many data entries")
        if self.mode in NUMBER or self.depth == 1:
            data = [value * scale + offset for value in data] if (scale, offset) != (1.0, 0.0) else data
        if self.mode == "1" or (self.depth == 1 and all(type(value) is int for value in data)):
            self.data[: len(data)] = bytes(clip(int(value)) for value in data)
            return
        self.data[: len(data) * self.depth] = b"".join(ink(value, self.mode) for value in data)

    # --- channels -------------------------------------------------------------------------------

    def getband(self, band):
        if not 0 <= band < self.bands:
            raise ValueError("band index out of range")
        if self.bands == 1:
            return self.copy()
        return ImagingCore("L", self.size, self.data[band :: self.depth])

    def putband(self, image, band):
        if not 0 <= band < self.bands:
            raise ValueError("band index out of range")
        if image.size != self.size:
            raise ValueError("images do not match")
        self.data[band :: self.depth] = image.data

    def fillband(self, band, color):
        if not 0 <= band < self.bands:
            raise ValueError("band index out of range")
        self.data[band :: self.depth] = bytes((clip(int(color)),)) * len(self)

    def split(self):
        return tuple(self.getband(band) for band in range(self.bands))

    def setalpha(self):
        if self.mode != "RGBA":
            self.__dict__.update(self.convert("RGBA").__dict__)

    # --- palettes -------------------------------------------------------------------------------

    def putpalette(self, mode, rawmode, data):
        if self.mode not in ("L", "LA", "P", "PA"):
            raise wrong_mode()
        size = len(data) * 8 // raw.bits_of(mode, rawmode)
        if size > 256:
            raise ValueError("invalid palette size")
        colors = raw.unpack(mode, rawmode, size, 1, bytes(data))
        if mode == "RGB":
            colors = raw.reorder(colors, "RGB", "RGBA")
        elif mode not in ("RGBA", "RGBX", "CMYK"):
            raise wrong_mode()
        self.mode = "PA" if self.mode.endswith("A") else "P"
        self.palette = CorePalette(mode, colors, size)

    def getpalette(self, mode="RGB", rawmode="RGB"):
        if self.palette is None:
            raise ValueError("image has no palette")
        colors = bytes(self.palette.colors[: self.palette.size * 4])
        if mode == "RGB":
            colors = raw.reorder(colors, "RGBA", "RGB")
        return raw.pack(mode, rawmode, self.palette.size, 1, colors)

    def getpalettemode(self):
        if self.palette is None:
            raise ValueError("image has no palette")
        return self.palette.mode

    def putpalettealpha(self, index, alpha=0):
        if self.palette is None:
            raise wrong_mode()
        if not 0 <= index < 256:
            raise ValueError("palette index out of range")
        self.palette.mode = "RGBA"
        self.palette.colors[index * 4 + 3] = alpha

    def putpalettealphas(self, alphas):
        if self.palette is None:
            raise wrong_mode()
        if len(alphas) > 256:
            raise ValueError("palette index out of range")
        self.palette.mode = "RGBA"
        self.palette.colors[3 : len(alphas) * 4 : 4] = bytes(alphas)

    # --- conversion -----------------------------------------------------------------------------

    def convert(self, mode, dither=0, palette_image=None):
        if mode == self.mode and palette_image is None:
            return self.copy()
        if mode not in BANDS:
            raise wrong_mode()
        if self.mode in ("P", "PA"):
            return self.from_palette(mode)
        if mode == "P":
            return self.to_palette(dither, palette_image)
        if mode == "PA":
            indices = self.to_palette(dither, palette_image)
            alpha = self.getband(self.bands - 1) if self.mode in WITH_ALPHA else ImagingCore("L", self.size, b"\xff" * len(self))
            return merge("PA", indices, alpha)
        if mode == "1" and dither and self.mode in ("L", "RGB", "RGBA", "RGBX", "LA"):
            source = self.getband(0) if self.mode == "LA" else self
            return ImagingCore("1", self.size, call("to_bilevel", (*self.size, source.depth), source.data))
        if self.mode == "LA" and mode == "1":
            return self.getband(0).convert("1")
        data = call("convert", (), self.data, self.mode.encode(), mode.encode())
        return ImagingCore(mode, self.size, data)

    def from_palette(self, mode):
        indices = bytes(self.data[:: self.depth])
        if mode in ("P", "PA"):
            if mode == "P":
                return self.made(indices, "P")
            alphas = indices.translate(self.palette.table(3)) if self.palette.mode == "RGBA" else b"\xff" * len(self)
            data = bytearray(len(self) * 2)
            data[::2], data[1::2] = indices, alphas
            return self.made(data, "PA")
        alphas = self.data[1::2] if self.mode == "PA" else indices.translate(self.palette.table(3))
        if self.palette.mode == "CMYK" or mode in ("RGBa", "La"):
            raise NativeError("conversion not supported")
        data = bytearray(len(self) * 4)
        for channel in range(3):
            data[channel::4] = indices.translate(self.palette.table(channel))
        data[3::4] = alphas
        return ImagingCore("RGBA", self.size, data).convert(mode)

    def to_palette(self, dither, palette_image):
        if self.mode in ("1", "L") and palette_image is None:
            return ImagingCore("P", self.size, self.data, CorePalette(size=256))
        if self.mode not in ("L", "RGB", "RGBA", "RGBX"):
            raise NativeError(f"conversion from {self.mode} to P not supported")
        palette = palette_image.palette.copy() if palette_image else CorePalette("RGB", WEB, 226)
        source = self.convert("RGB") if self.mode == "L" else self
        colors = raw.reorder(palette.colors[: palette.size * 4], "RGBA", "RGB")
        data = call("to_palette", (*self.size, source.depth, 1 if dither else 0), source.data, colors)
        return ImagingCore("P", self.size, data, palette)

    def convert_matrix(self, mode, matrix):
        if self.bands < 3 or mode not in ("L", "RGB") or len(matrix) != (4 if mode == "L" else 12):
            raise ValueError("illegal conversion")
        return ImagingCore(mode, self.size, call("matrix", (self.depth, *matrix), self.data))

    def convert_transparent(self, mode, transparency):
        """The pixels of one colour become see-through."""
        if isinstance(transparency, tuple | list):
            key = bytes(clip(value) for value in transparency)
        else:
            key = bytes((clip(int(transparency)),)) * min(self.depth, 3)
        if self.mode in NUMBER:
            raise NotSimulatedError(f"transparent colour of mode {self.mode}")
        depth = self.depth
        data = bytes(self.data)
        hidden = b"\xff" * len(self)
        for channel in range(min(depth, len(key))):
            table = bytes(255 if value == key[channel] else 0 for value in range(256))
            same = data[channel::depth].translate(table)
            hidden = (int.from_bytes(hidden, "big") & int.from_bytes(same, "big")).to_bytes(len(self), "big")
        image = self.convert(mode)
        image.data[image.depth - 1 :: image.depth] = hidden.translate(raw.INVERT)
        return image

    def quantize(self, colors=256, method=0, kmeans=0):
        if colors < 1 or colors > 256:
            raise ValueError("bad number of colors")
        if method == 3:
            raise ValueError("dependency required by this method was not enabled at compile time")
        image = self.convert("RGB") if self.mode in ("L", "P", "1") else self
        if image.mode not in ("RGB", "RGBA"):
            raise wrong_mode()
        if image.mode == "RGBA" and method not in (2, 3):
            raise wrong_mode()
        answer = call("quantize", (image.depth, colors), image.data)
        (count,) = struct.unpack_from("<H", answer)
        palette = CorePalette(image.mode, answer[2 : 2 + count * 4], count)
        return ImagingCore("P", self.size, answer[2 + count * 4 :], palette)

    # --- geometry -------------------------------------------------------------------------------

    def crop(self, box):
        left, top, right, bottom = box
        width, height = max(0, right - left), max(0, bottom - top)
        out = self.made(None, size=(width, height))
        out.draw_rows(self, (left, top), (0, 0), (width, height))
        return out

    def draw_rows(self, source, from_xy, to_xy, size):
        """Copies what lies inside both pictures."""
        depth = self.depth
        left = max(0, -from_xy[0], -to_xy[0])
        right = min(size[0], source.size[0] - from_xy[0], self.size[0] - to_xy[0])
        if right <= left:
            return
        for row in range(size[1]):
            y, to_y = from_xy[1] + row, to_xy[1] + row
            if not (0 <= y < source.size[1] and 0 <= to_y < self.size[1]):
                continue
            start = (y * source.size[0] + from_xy[0] + left) * depth
            to = (to_y * self.size[0] + to_xy[0] + left) * depth
            length = (right - left) * depth
            self.data[to : to + length] = source.data[start : start + length]

    def expand(self, margin):
        """A frame that repeats the picture's edge."""
        width, height = self.size
        depth, row = self.depth, self.size[0] * self.depth
        lines = []
        for y in range(height):
            line = bytes(self.data[y * row : (y + 1) * row])
            lines.append(line[:depth] * margin + line + line[-depth:] * margin)
        lines = lines[:1] * margin + lines + lines[-1:] * margin
        return self.made(b"".join(lines), size=(width + 2 * margin, height + 2 * margin))

    def resize(self, size, resample=0, box=None):
        if size[0] < 1 or size[1] < 1:
            raise ValueError("height and width must be > 0")
        box = box or (0, 0, *self.size)
        if box[0] < 0 or box[1] < 0:
            raise ValueError("box offset can't be negative")
        if box[2] > self.size[0] or box[3] > self.size[1]:
            raise ValueError("box can't exceed original image size")
        if box[2] - box[0] < 0 or box[3] - box[1] < 0:
            raise ValueError("box can't be empty")
        if resample == 0:
            out = self.made(None, size=size)
            scale = ((box[2] - box[0]) / size[0], 0, box[0], 0, (box[3] - box[1]) / size[1], box[1])
            out.transform((0, 0, *size), self, 0, scale, 0, 1)
            return out
        if resample not in (1, 2, 3, 4, 5):
            raise NotSimulatedError(f"resampling filter {int(resample)}")
        if self.mode in ("P", "1") or self.mode.startswith("I;16"):
            raise wrong_mode()
        kind = {"I": 1, "F": 2}.get(self.mode, 0)
        numbers = (*self.size, self.depth, kind, *size, int(resample), *box)
        return self.made(call("resize", numbers, self.data), size=size)

    def reduce(self, factor, box=None):
        if self.mode in ("P", "1", "I", "F") or self.mode.startswith("I;16"):
            raise wrong_mode()
        factor = (factor, factor) if isinstance(factor, int) else factor
        box = tuple(map(int, box or (0, 0, *self.size)))
        size = (-(-(box[2] - box[0]) // factor[0]), -(-(box[3] - box[1]) // factor[1]))
        return self.made(call("reduce", (*self.size, self.depth, *factor, *box), self.data), size=size)

    def transform(self, box, source, method, data, resample=0, fill=1):
        if source.mode != self.mode:
            raise ValueError("images do not match")
        numbers = (*source.size, self.depth, *self.size, int(method), int(resample), int(bool(fill)), *map(int, box))
        if resample and self.mode in NUMBER:
            raise NotSimulatedError(f"transform of mode {self.mode} with a resampling filter")
        self.data[:] = call("transform", (*numbers, *data), source.data, self.data)

    def transpose(self, method):
        method = int(method)
        if not 0 <= method <= 6:
            raise ValueError("No such transpose operation")
        size = self.size[::-1] if method in (2, 4, 5, 6) else self.size
        return self.made(call("transpose", (*self.size, self.depth, method), self.data), size=size)

    def offset(self, xoffset, yoffset):
        width, height = self.size
        row = width * self.depth
        xoffset, yoffset = xoffset % width * self.depth, yoffset % height
        lines = [bytes(self.data[y * row : (y + 1) * row]) for y in range(height)]
        lines = [line[row - xoffset :] + line[: row - xoffset] for line in lines]
        return self.made(b"".join(lines[height - yoffset :] + lines[: height - yoffset]))

    # --- pasting --------------------------------------------------------------------------------

    def paste(self, source, box, mask=None):
        left, top, right, bottom = box
        fills = not isinstance(source, ImagingCore)
        if not fills and source.size != (right - left, bottom - top):
            raise ValueError("images do not match")
        if mask is not None and mask.size != (right - left, bottom - top):
            raise ValueError("images do not match")
        if mask is None and not fills:
            self.draw_rows(source, (0, 0), (left, top), source.size)
            return
        content = ink(source, self.mode) if fills else bytes(source.data)
        kind, levels = 0, b""
        if mask is not None:
            kinds = {"1": 1, "L": 2, "LA": 2, "RGBA": 2, "RGBa": 3}
            if mask.mode not in kinds:
                raise ValueError("bad transparency mask")
            kind, levels = kinds[mask.mode], mask.data[mask.depth - 1 :: mask.depth]
        elif fills:
            self.fill_box(content, box)
            return
        alpha = self.depth - 1 if self.mode in WITH_ALPHA else -1
        numbers = (*self.size, self.depth, *box, alpha, int(fills), kind)
        self.data[:] = call("paste", numbers, self.data, content, levels)

    def fill_box(self, content, box):
        left, right = max(0, box[0]), min(self.size[0], box[2])
        if right > left:
            for y in range(max(0, box[1]), min(self.size[1], box[3])):
                at = (y * self.size[0] + left) * self.depth
                self.data[at : at + (right - left) * self.depth] = content * (right - left)

    # --- levels ---------------------------------------------------------------------------------

    def point(self, table, mode=None):
        mode = mode or self.mode
        if mode in ("I", "F") and self.mode in ("L", "P", "1"):
            values = b"".join(ink(table[value], mode) for value in range(256))
            data = b"".join(values[value * 4 : value * 4 + 4] for value in self.data)
            return ImagingCore(mode, self.size, data)
        if self.mode in NUMBER or BANDS[mode] != self.bands:
            raise ValueError("point operation not supported for this mode")
        if len(table) != 256 * self.bands:
            raise ValueError("wrong number of lut entries")
        table = bytes(clip(value) for value in table)
        data = bytearray(len(self.data))
        for band in range(self.depth):
            part = bytes(self.data[band :: self.depth])
            data[band :: self.depth] = part.translate(table[band * 256 : band * 256 + 256])
        return self.made(data, mode)

    def point_transform(self, scale, offset):
        letter = NUMBER.get(self.mode)
        if letter is None:
            raise wrong_mode()
        values = [value * scale + offset for (value,) in struct.iter_unpack(letter, self.data)]
        return self.made(b"".join(ink(value, self.mode) for value in values))

    def histogram(self, extrema=None, mask=None):
        if self.mode in NUMBER:
            return self.number_histogram(extrema)
        if mask is not None and mask.size != self.size:
            raise ValueError("mask and image sizes do not match")
        masked = mask is not None
        answer = call("histogram", (self.depth, int(masked)), self.data, mask.data if masked else b"")
        counts = list(struct.unpack(f"<{256 * self.depth}I", answer))
        return counts

    def number_histogram(self, extrema):
        values = [value for (value,) in struct.iter_unpack(NUMBER[self.mode], self.data)]
        low, high = extrema if extrema and extrema != (0, 0) else (min(values), max(values))
        counts = [0] * 256
        if low < high:
            scale = 255 / (high - low)
            for value in values:
                place = int((value - low) * scale)
                if 0 <= place < 256:
                    counts[place] += 1
        return counts

    def entropy(self, extrema=None, mask=None):
        counts = [count for count in self.histogram(extrema, mask) if count]
        total = sum(counts)
        return -sum(count / total * math.log2(count / total) for count in counts)

    def getextrema(self):
        if not self.data:
            return None
        if self.mode in NUMBER:
            values = [value for (value,) in struct.iter_unpack(NUMBER[self.mode], self.data)]
            return min(values), max(values)
        if self.depth != 1:
            raise wrong_mode()
        return min(self.data), max(self.data)

    def getbbox(self, alpha_only=True):
        first, end = 0, self.depth
        if self.mode in WITH_ALPHA:
            first, end = (self.depth - 1, self.depth) if alpha_only or self.mode in ("La", "RGBa") else (0, self.depth - 1)
            end = self.depth if not alpha_only else end
        answer = call("bounds", (*self.size, self.depth, first, end), self.data)
        return struct.unpack("<4I", answer) if answer else None

    def getcolors(self, maxcolors=256):
        counts = {}
        if self.depth == 1:
            keys = self.data
        elif self.mode in NUMBER:
            keys = [value for (value,) in struct.iter_unpack(NUMBER[self.mode], self.data)]
        else:
            keys = zip(*(self.data[band :: self.depth] for band in range(self.depth)), strict=True)
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
            if len(counts) > maxcolors:
                return None
        return [(count, key) for key, count in counts.items()]

    def getprojection(self):
        width, height = self.size
        row = width * self.depth
        seen = [any(self.data[y * row : (y + 1) * row]) for y in range(height)]
        used = [
            any(any(self.data[x * self.depth + band :: row]) for band in range(self.depth)) for x in range(width)
        ]
        return bytes(used), bytes(seen)

    # --- filters --------------------------------------------------------------------------------

    def check_bytes(self):
        if self.mode in NUMBER or self.mode in ("P", "PA"):
            raise wrong_mode()

    def filter(self, size, scale, offset, kernel):
        if self.mode in NUMBER:
            raise wrong_mode()
        if tuple(size) not in ((3, 3), (5, 5)):
            raise ValueError("bad kernel size")
        single = array.array("f", kernel)
        weights = [weight / scale for weight in single]
        return self.made(call("kernel", (*self.size, self.depth, size[0], offset, *weights), self.data))

    def rankfilter(self, size, rank):
        if self.depth != 1:
            raise wrong_mode()
        margin = size // 2
        whole = self.made(call("rank", (*self.size, size, rank), self.data))
        return whole.crop((margin, margin, self.size[0] - margin, self.size[1] - margin))

    def modefilter(self, size):
        if self.depth != 1:
            raise wrong_mode()
        return self.made(call("most_frequent", (*self.size, size), self.data))

    def box_blur(self, radius, passes=1):
        self.check_bytes()
        return self.made(call("box_blur", (*self.size, self.depth, *radius, passes), self.data))

    def gaussian_blur(self, radius, passes=3):
        return self.box_blur([box_radius(value, passes) for value in radius], passes)

    def unsharp_mask(self, radius, percent, threshold):
        blurred = self.gaussian_blur((radius, radius))
        numbers = (*self.size, self.depth, percent, threshold)
        return self.made(call("unsharp", numbers, self.data, blurred.data))

    # --- channel operations -----------------------------------------------------------------------

    def chop(self, number, other, scale=1.0, offset=0):
        if other.mode != self.mode:
            raise ValueError("images do not match")
        one, two = self, other
        if one.size != two.size:
            box = (0, 0, min(one.size[0], two.size[0]), min(one.size[1], two.size[1]))
            one, two = one.crop(box), two.crop(box)
        return one.made(call("chop", (number, scale, offset), one.data, two.data))

    def chop_invert(self):
        return self.made(bytes(self.data).translate(raw.INVERT))

    def chop_add(self, other, scale=1.0, offset=0):
        return self.chop(0, other, scale, offset)

    def chop_subtract(self, other, scale=1.0, offset=0):
        return self.chop(1, other, scale, offset)

    def __getattr__(self, name):
        if name in CHOPS:
            return lambda other: self.chop(CHOPS[name], other)
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotSimulatedError(f"ImagingCore.{name}")


CHOPS = {
    "chop_multiply": 2, "chop_screen": 3, "chop_difference": 4, "chop_lighter": 5, "chop_darker": 6,
    "chop_add_modulo": 7, "chop_subtract_modulo": 8, "chop_soft_light": 9, "chop_hard_light": 10,
    "chop_overlay": 11, "chop_and": 12, "chop_or": 13, "chop_xor": 14,
}


def single(value):
    """A number as C's `float` holds it."""
    return struct.unpack("f", struct.pack("f", value))[0]


def box_radius(sigma, passes):
    """The radius of box blurs that come to a Gaussian. Source: P. Gwosdek and others, "Theoretical Foundations
    of Gaussian Convolution by Extended Box Filtering"."""
    variance = single(single(sigma) * single(sigma) / passes)
    length = single(math.sqrt(12.0 * variance + 1.0))
    whole = single(math.floor((length - 1.0) / 2.0))
    part = single((2 * whole + 1) * (whole * (whole + 1) - 3 * variance))
    part = single(part / single(6 * (variance - (whole + 1) * (whole + 1))))
    return single(whole + part)


class PixelAccess:
    def __init__(self, image, readonly):
        self.image = image
        self.readonly = readonly

    def __getitem__(self, xy):
        return self.image.getpixel(xy)

    def __setitem__(self, xy, color):
        if self.readonly:
            raise ValueError("image is readonly")
        self.image.putpixel(xy, color)


def merge(mode, *bands):
    """One picture out of its channels."""
    if len(bands) != BANDS[mode]:
        raise ValueError("wrong number of bands")
    out = ImagingCore(mode, bands[0].size, None, bands[0].palette.copy() if mode == "PA" and bands[0].palette else None)
    for position, band in enumerate(bands):
        if band.size != out.size:
            raise ValueError("size mismatch")
        out.data[position :: out.depth] = band.data
    return out
