"""Pillow's WebP module, over `engine/imaging`: reading in all its forms, writing without loss."""

import struct

from ._nuvola import NotSimulatedError
from ._nuvola.native import NativeError, call

webpdecoder_version = "1.5.0"
FIELDS = "<9I"


class WebPAnimDecoder:
    def __init__(self, data):
        try:
            answer = call("webp_decode", (), data)
        except NativeError as error:
            raise OSError(f"could not create decoder object: {error}") from None
        width, height, alpha, frames, loops, background, *lengths = struct.unpack_from(FIELDS, answer)
        at = struct.calcsize(FIELDS)
        self.parts = {}
        for name, length in zip(("ICCP", "EXIF", "XMP "), lengths, strict=True):
            self.parts[name] = answer[at : at + length] or None
            at += length
        self.info = ((width, height), loops, background, frames, "RGBA" if alpha else "RGBX")
        self.frames, clock = [], 0
        size = width * height * (4 if alpha else 3)
        for _ in range(frames):
            clock += struct.unpack_from("<I", answer, at)[0]
            pixels = answer[at + 4 : at + 4 + size]
            self.frames.append((pixels if alpha else with_fourth(pixels), clock))
            at += 4 + size
        self.next = 0

    def get_info(self):
        return self.info

    def get_chunk(self, name):
        return self.parts.get(name)

    def get_next(self):
        if self.next >= len(self.frames):
            return None
        self.next += 1
        return self.frames[self.next - 1]

    def reset(self):
        self.next = 0

    def has_more_frames(self):
        return self.next < len(self.frames)


def with_fourth(pixels):
    out = bytearray(b"\xff") * (len(pixels) // 3 * 4)
    for channel in range(3):
        out[channel::4] = pixels[channel::3]
    return bytes(out)


def WebPEncode(image, lossless, quality, alpha_quality, icc_profile, method, exact, exif, xmp):
    if not lossless:
        raise NotSimulatedError("lossy WebP encoder (`lossless=True` works)")
    if image.mode == "RGBX":
        image = image.convert("RGB")
    texts = [part.encode() if isinstance(part, str) else bytes(part or b"") for part in (icc_profile, exif, xmp)]
    return call("webp_encode", (*image.size, image.depth), image.data, *texts)


def WebPAnimEncoder(*_):
    raise NotSimulatedError("encoder of animated WebP")
