"""Asks the real Pillow and writes `cases.json`: `python record.py` in an environment with Pillow installed."""

import base64
import io
import json
import pathlib
import sys

import PIL
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cases
from described import described

HERE = pathlib.Path(__file__).parent


def made(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def files():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Nuvola"
    film = [cases.photo("P").rotate(angle) for angle in (0, 90, 180)]
    return {
        "photo.png": made(cases.photo(), "PNG"),
        "alpha.png": made(cases.photo("RGBA"), "PNG"),
        "palette.png": made(cases.photo("P"), "PNG"),
        "bits2.png": made(cases.photo("L").point(lambda value: value >> 6).convert("P"), "PNG", bits=2),
        "bilevel.png": made(cases.photo("1"), "PNG"),
        "photo.gif": made(cases.photo(), "GIF"),
        "plain.gif": made(cases.photo("P"), "GIF", interlace=0),
        "clear.gif": made(cases.photo("P"), "GIF", transparency=20),
        "film.gif": made(film[0], "GIF", save_all=True, append_images=film[1:], duration=50, disposal=2),
        "photo.jpg": made(cases.smooth(), "JPEG", quality=90, exif=exif, dpi=(300, 300)),
        "grey.jpg": made(cases.smooth().convert("L"), "JPEG"),
        "progressive.jpg": made(cases.smooth(), "JPEG", progressive=True, subsampling=1),
        "cmyk.jpg": made(cases.smooth().convert("CMYK"), "JPEG", quality=95),
        "photo.webp": made(cases.smooth(), "WEBP", quality=90),
        "lossless.webp": made(cases.photo("RGBA"), "WEBP", lossless=True),
    }


def main():
    cases.FILES.update(files())
    recorded = {
        "source": f"Pillow {PIL.__version__}, asked by record.py",
        "files": {name: base64.b64encode(content).decode() for name, content in cases.FILES.items()},
        "answers": {
            name: [described(value, tolerance) for value in function()]
            for name, (function, tolerance) in cases.CASES.items()
        },
    }
    (HERE / "cases.json").write_text(json.dumps(recorded, indent=0) + "\n")


main()
