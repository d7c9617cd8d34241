"""Decoders and encoders, by the names that Pillow's plugins ask for."""

import os
import struct
import zlib

from . import NotSimulatedError, raw
from .core import ImagingCore
from .native import NativeError, call

# Pillow's numbers. Source: `ImageFile.ERRORS`.
BROKEN, OVERRUN, BAD_CONFIGURATION = -2, -1, -8
DONE = -1


class Codec:
    pulls_fd = False
    pushes_fd = False

    def __init__(self, mode):
        self.mode = mode
        self.image = self.extents = self.file = None

    def setimage(self, image, extents=None):
        extents = tuple(map(int, extents or (0, 0, *image.size)))
        left, top, right, bottom = extents
        if left < 0 or top < 0 or right > image.size[0] or bottom > image.size[1]:
            raise ValueError("tile cannot extend outside image")
        if right <= left or bottom <= top:
            raise ValueError("tile cannot extend outside image")
        self.image, self.extents = image, extents

    @property
    def size(self):
        left, top, right, bottom = self.extents
        return right - left, bottom - top

    def setfd(self, file):
        self.file = file

    def cleanup(self):
        pass

    def put(self, pixels):
        """Lays decoded pixels into the picture's tile."""
        tile = ImagingCore(self.image.mode, self.size, pixels, self.image.palette)
        self.image.draw_rows(tile, (0, 0), self.extents[:2], self.size)

    def taken(self):
        """The pixels of the tile that is written."""
        if self.extents == (0, 0, *self.image.size):
            return bytes(self.image.data)
        return bytes(self.image.crop(self.extents).data)


# --- raw ----------------------------------------------------------------------------------------


class RawDecoder(Codec):
    def __init__(self, mode, rawmode=None, stride=0, ystep=1):
        super().__init__(mode)
        self.rawmode, self.stride, self.ystep = rawmode or mode, stride, ystep
        raw.bits_of(mode, self.rawmode)
        self.held = bytearray()

    def decode(self, data):
        width, height = self.size
        row = raw.row_bytes(self.image.mode, self.rawmode, width)
        stride = self.stride or row
        self.held += data
        # The last row needs no padding behind it.
        if len(self.held) < stride * (height - 1) + row:
            return len(data), 0
        rows = [bytes(self.held[y * stride : y * stride + row]) for y in range(height)]
        if self.ystep < 0:
            rows.reverse()
        self.put(raw.unpack(self.image.mode, self.rawmode, width, height, b"".join(rows)))
        return DONE, 0


class Encoder(Codec):
    """Encodes all at once."""

    def content(self):
        raise NotImplementedError

    def encode(self, bufsize):
        data = self.content()
        return len(data), 1, data

    def encode_to_file(self, descriptor, bufsize):
        data = self.content()
        while data:
            data = data[os.write(descriptor, data) :]
        return 0


class RawEncoder(Encoder):
    def __init__(self, mode, rawmode=None, stride=0, ystep=1):
        super().__init__(mode)
        self.rawmode, self.stride, self.ystep = rawmode or mode, stride, ystep
        raw.bits_of(mode, self.rawmode)

    def content(self):
        width, height = self.size
        data = raw.pack(self.image.mode, self.rawmode, width, height, self.taken())
        row = len(data) // height
        if self.stride <= row and self.ystep > 0:
            return data
        rows = [data[y * row : (y + 1) * row].ljust(self.stride, b"\0") for y in range(height)]
        return b"".join(reversed(rows) if self.ystep < 0 else rows)


# --- PNG ----------------------------------------------------------------------------------------

# First column and row, step across and down. Source: PNG Specification, section 8.2.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class ZipDecoder(Codec):
    def __init__(self, mode, rawmode, interlaced=0, planes=0):
        super().__init__(mode)
        self.rawmode, self.interlaced = rawmode, interlaced
        self.inflate = zlib.decompressobj()
        self.parts, self.length = [], 0

    def passes(self):
        width, height = self.size
        if not self.interlaced:
            return [(0, 0, 1, 1, width, height)]
        found = []
        for left, top, across, down in ADAM7:
            size = (-(-(width - left) // across), -(-(height - top) // down))
            if min(size) > 0:
                found.append((left, top, across, down, *size))
        return found

    def decode(self, data):
        needed = sum((self.row(width) + 1) * height for *_, width, height in self.passes())
        try:
            part = self.inflate.decompress(data, max(0, needed - self.length))
        except zlib.error:
            return DONE, BROKEN
        self.parts.append(part)
        self.length += len(part)
        if self.length < needed:
            return (DONE, BROKEN) if self.inflate.eof else (len(data), 0)
        try:
            self.lay_out(b"".join(self.parts))
        except NativeError:
            return DONE, BROKEN
        return DONE, 0

    def row(self, width):
        return raw.row_bytes(self.image.mode, self.rawmode, width)

    def lay_out(self, filtered):
        step = max(1, raw.bits_of(self.image.mode, self.rawmode) // 8)
        depth = self.image.depth
        full_width, full_height = self.size
        whole = bytearray(full_width * full_height * depth)
        for left, top, across, down, width, height in self.passes():
            row = self.row(width)
            length = (row + 1) * height
            rows, filtered = call("png_rows", (row, step), filtered[:length]), filtered[length:]
            pixels = raw.unpack(self.image.mode, self.rawmode, width, height, rows)
            if not self.interlaced:
                whole = pixels
                break
            for y in range(height):
                start = ((top + y * down) * full_width + left) * depth
                end = (top + y * down + 1) * full_width * depth
                for band in range(depth):
                    whole[start + band : end : across * depth] = pixels[y * width * depth + band : (y + 1) * width * depth : depth]
        self.put(whole)


class ZipEncoder(Encoder):
    def __init__(self, mode, rawmode, optimize=False, level=-1, strategy=-1, dictionary=b""):
        super().__init__(mode)
        self.rawmode, self.dictionary = rawmode, dictionary
        self.filters = not rawmode.startswith("P")
        self.level = 9 if optimize else level
        self.strategy = strategy if strategy != -1 else zlib.Z_FILTERED if self.filters else zlib.Z_DEFAULT_STRATEGY

    def content(self):
        width, height = self.size
        rows = raw.pack(self.image.mode, self.rawmode, width, height, self.taken())
        row = raw.row_bytes(self.image.mode, self.rawmode, width)
        step = max(1, raw.bits_of(self.image.mode, self.rawmode) // 8)
        filtered = call("png_filter", (row, step, int(self.filters)), rows)
        given = {"zdict": self.dictionary} if self.dictionary else {}
        deflate = zlib.compressobj(self.level, zlib.DEFLATED, 15, 9, self.strategy, **given)
        return deflate.compress(filtered) + deflate.flush()


# --- GIF ----------------------------------------------------------------------------------------

# First row and step of the four passes. Source: GIF89a Specification, appendix E.
GIF_PASSES = ((0, 8), (4, 8), (2, 4), (1, 2))


def interlaced_rows(height):
    return [y for first, step in GIF_PASSES for y in range(first, height, step)]


class GifDecoder(Codec):
    pulls_fd = True

    def __init__(self, mode, bits=8, interlace=0, transparency=-1):
        super().__init__(mode)
        self.bits, self.interlace, self.transparency = bits, interlace, transparency

    def blocks(self):
        while True:
            length = self.file.read(1)
            if not length:
                return
            if length == b"\0":
                return
            yield self.file.read(length[0])

    def decode(self, _):
        width, height = self.size
        try:
            indices = call("gif_decode", (self.bits, width * height), b"".join(self.blocks()))
        except NativeError:
            return DONE, BROKEN
        if len(indices) < width * height:
            from PIL import ImageFile

            if not ImageFile.LOAD_TRUNCATED_IMAGES:
                raise OSError("image file is truncated (0 bytes not processed)")
            indices = indices.ljust(width * height, b"\0")
        rows = [indices[y * width : (y + 1) * width] for y in range(height)]
        if self.interlace:
            order = interlaced_rows(height)
            rows = [row for _, row in sorted(zip(order, rows, strict=True))]
        pixels = b"".join(rows)
        if self.transparency >= 0:
            before = self.image.crop(self.extents)
            mask = ImagingCore("1", self.size, pixels.translate(bytes(0 if value == self.transparency else 255 for value in range(256))))
            before.paste(ImagingCore(self.image.mode, self.size, pixels), (0, 0, width, height), mask)
            pixels = before.data
        self.put(pixels)
        return DONE, 0


class GifEncoder(Encoder):
    def __init__(self, mode, rawmode=None, bits=8, interlace=0):
        super().__init__(mode)
        self.bits, self.interlace = bits, interlace

    def content(self):
        width, height = self.size
        data = self.taken()
        if self.image.mode == "1":
            data = data.translate(bytes(1) + b"\x01" * 255)
        if self.interlace:
            data = b"".join(data[y * width : (y + 1) * width] for y in interlaced_rows(height))
        code = call("gif_encode", (self.bits,), data)
        blocks = (code[at : at + 255] for at in range(0, len(code), 255))
        return b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


# --- JPEG ---------------------------------------------------------------------------------------


class JpegDecoder(Codec):
    pulls_fd = True

    def __init__(self, mode, rawmode, jpegmode="", scale=1, draft=0):
        super().__init__(mode)
        self.rawmode, self.scale = rawmode, scale

    def decode(self, _):
        data = self.file.read()
        # Adobe's inverted CMYK comes as it lies in the file.
        wanted = self.rawmode.partition(";")[0]
        try:
            answer = call("jpeg_decode", (), data, wanted.encode())
        except NativeError:
            from PIL import ImageFile

            if b"\xff\xd9" not in data[-64:] and not ImageFile.LOAD_TRUNCATED_IMAGES:
                raise OSError("image file is truncated (0 bytes not processed)") from None
            return DONE, BROKEN
        size = struct.unpack_from("<II", answer)
        pixels = ImagingCore(self.image.mode, size, answer[8:])
        if self.rawmode.endswith(";I"):
            pixels = pixels.chop_invert()
        if self.scale > 1:
            pixels = pixels.reduce((self.scale, self.scale))
        if pixels.size != self.size:
            pixels = pixels.crop((0, 0, *self.size))
        self.put(pixels.data)
        return DONE, 0


SUBSAMPLINGS = {-1: 2, 0: 0, 1: 1, 2: 2}


class JpegEncoder(Encoder):
    def __init__(
        self, mode, rawmode, quality=-1, progressive=False, smooth=0, optimize=False, keep_rgb=False,
        streamtype=0, dpi=(0, 0), subsampling=-1, restart_blocks=0, restart_rows=0, tables=None,
        comment=None, extra=b"", exif=b"",
    ):
        super().__init__(mode)
        for given, name in ((smooth, "smooth"), (keep_rgb, "keep_rgb"), (streamtype, "streamtype"),
                            (restart_blocks or restart_rows, "restart_marker_blocks")):
            if given:
                raise NotSimulatedError(f"JPEG option `{name}`")
        self.rawmode, self.quality = rawmode, 75 if quality == -1 else quality or 75
        # `optimize` makes files smaller by a few percent and changes no pixel: it is accepted and does nothing.
        self.progressive, self.dpi = progressive, dpi
        self.subsampling, self.tables = SUBSAMPLINGS.get(subsampling, 2), tables or []
        self.markers = [(0xFFE1, exif or b""), (0xFFFE, comment or b"")]
        self.extra = extra or b""

    def content(self):
        data = raw.pack(self.image.mode, self.rawmode, *self.size, self.taken())
        wanted = self.rawmode.partition(";")[0]
        tables = b"".join(struct.pack("<64H", *table) for table in self.tables)
        numbers = (
            *self.size, self.quality, self.subsampling, int(bool(self.progressive)),
            int(self.dpi[0]),
        )
        try:
            file = call("jpeg_encode", numbers, data, wanted.encode(), tables)
        except NativeError as error:
            raise OSError(f"encoder error -2 when writing image file: {error}") from None
        # Behind the first marker, which says that this is JFIF.
        at = 4 + struct.unpack_from(">H", file, 4)[0] if file[2:4] == b"\xff\xe0" else 2
        own = b"".join(struct.pack(">HH", marker, len(text) + 2) + text for marker, text in self.markers if text)
        return file[:at] + own + self.extra + file[at:]


def map_buffer(data, size, name, offset, args):
    """A picture of what lies in a buffer."""
    mode, stride, ystep = args
    image = ImagingCore(mode, size)
    decoder = RawDecoder(mode, mode, stride, ystep)
    decoder.setimage(image)
    if decoder.decode(bytes(data)[offset:])[0] != DONE:
        raise ValueError("buffer is not large enough")
    return image
