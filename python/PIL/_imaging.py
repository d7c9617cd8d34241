"""Pillow's core, over `engine/imaging` (see `_nuvola`)."""

import math

from ._nuvola import NotSimulatedError
from ._nuvola.codecs import (
    GifDecoder as gif_decoder,
    GifEncoder as gif_encoder,
    JpegDecoder as jpeg_decoder,
    JpegEncoder as jpeg_encoder,
    RawDecoder as raw_decoder,
    RawEncoder as raw_encoder,
    ZipDecoder as zip_decoder,
    ZipEncoder as zip_encoder,
    map_buffer,
)
from ._nuvola.core import ImagingCore, PixelAccess, merge
from ._nuvola.draw import ImagingDraw as draw, ImagingFont as font
from ._nuvola.modes import depth_of, ink
from ._nuvola.native import call
from ._version import __version__ as PILLOW_VERSION

DEFAULT_STRATEGY, FILTERED, HUFFMAN_ONLY, RLE, FIXED = range(5)
HAVE_LIBJPEGTURBO = HAVE_MOZJPEG = HAVE_LIBIMAGEQUANT = HAVE_ZLIBNG = HAVE_XCB = HAVE_LIBTIFF = False
jpeglib_version, zlib_version, jp2klib_version = "6.2", "1.3", None
ImagingDecoder = raw_decoder
ImagingEncoder = raw_encoder


def new(mode, size):
    return ImagingCore(mode, size)


new_block = new


def fill(mode, size, color=0):
    depth_of(mode)
    return ImagingCore(mode, size, ink(color, mode) * (int(size[0]) * int(size[1])))


def alpha_composite(lower, upper):
    if lower.mode not in ("RGBA", "LA") or lower.mode != upper.mode:
        raise ValueError("image has wrong mode")
    if lower.size != upper.size:
        raise ValueError("images do not match")
    return lower.made(call("alpha_composite", (lower.depth,), lower.data, upper.data))


def blend(one, two, alpha):
    if one.mode in ("1", "P", "PA", "I", "F") or one.mode != two.mode:
        raise ValueError("image has wrong mode")
    if one.size != two.size:
        raise ValueError("images do not match")
    if alpha == 0.0:
        return one.copy()
    if alpha == 1.0:
        return two.copy()
    return one.made(call("blend", (alpha,), one.data, two.data))


def linear_gradient(mode):
    if mode not in ("1", "8", "L", "P"):
        raise ValueError("image has wrong mode")
    return ImagingCore(mode, (256, 256), b"".join(bytes((level,)) * 256 for level in range(256)))


def radial_gradient(mode):
    if mode not in ("1", "8", "L", "P"):
        raise ValueError("image has wrong mode")
    distance = lambda x, y: int(math.sqrt(((x - 128) ** 2 + (y - 128) ** 2) * 2.0))
    return ImagingCore(mode, (256, 256), bytes(min(255, distance(x, y)) for y in range(256) for x in range(256)))


def outline():
    raise NotSimulatedError("ImageDraw.Outline")


def getcodecstatus(error):
    raise NotSimulatedError("getcodecstatus")


def clear_cache(_=0):
    """There is no cache of blocks here."""


set_alignment = set_block_size = set_blocks_max = clear_cache


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    if name.endswith(("_decoder", "_encoder")):
        raise AttributeError(f"module 'PIL._imaging' has no attribute '{name}'")
    raise NotSimulatedError(f"core.{name}")
