"""What is asked of Pillow: of the real one when `record.py` writes cases.json, of ours when it is compared.

Each case is a function with a tolerance: 0 for the same bytes, n for at most n levels in any channel, or
"db" for a signal-to-noise ratio in decibels that a lossy codec must reach.
"""

import io

from PIL import (
    Image, ImageChops, ImageColor, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps, ImageStat,
    UnidentifiedImageError,
)

CASES = {}


def case(tolerance=0):
    def add(function):
        CASES[function.__name__] = (function, tolerance)
        return function

    return add


# --- pictures -----------------------------------------------------------------------------------


def photo(mode="RGB", width=37, height=29):
    """Smooth and noisy parts, and every channel different."""
    rgba = bytearray()
    state = 12345
    for y in range(height):
        for x in range(width):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            noise = state >> 16 & 31
            rgba += bytes(((x * 7 + noise) & 255, (y * 9 + x * 2) & 255, (x * y + noise * 2) & 255, (x * 5 + y * 3) & 255))
    image = Image.frombytes("RGBA", (width, height), bytes(rgba))
    return image if mode == "RGBA" else image.convert("RGB").convert(mode)


def smooth(width=64, height=48):
    rgb = bytes(value for y in range(height) for x in range(width) for value in (x * 4 % 256, y * 5 % 256, (x + y) * 2 % 256))
    return Image.frombytes("RGB", (width, height), rgb)


def reopened(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    buffer.seek(0)
    return Image.open(buffer)


# --- pixels -------------------------------------------------------------------------------------


@case()
def conversions():
    for source in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "1", "P"):
        image = photo("RGBA") if source == "RGBA" else photo("RGB").convert(source)
        for target in ("1", "L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "P", "RGBa", "RGBX"):
            if (source, target) == ("RGBA", "P"):
                # That is `quantize`, see there.
                continue
            try:
                yield f"{source}-{target}", image.convert(target)
            except ValueError as error:
                yield f"{source}-{target}", str(error)


@case()
def matrix_and_dither():
    yield photo().convert("L", (0.2, 0.5, 0.3, 4))
    yield photo().convert("RGB", (0.4, 0.4, 0.2, 0, 0.3, 0.6, 0.1, 0, 0.2, 0.5, 0.2, 9))
    yield photo().convert("1", dither=Image.Dither.NONE)
    yield photo("L").convert("1")
    yield photo().convert("P", dither=Image.Dither.NONE)


@case()
def pixels():
    image = photo()
    image.putpixel((3, 4), (1, 2, 300))
    image.putpixel((-1, -1), (9, 9, 9))
    pixels = image.load()
    pixels[0, 0] = (7, 8, 9)
    yield image, image.getpixel((3, 4)), pixels[36, 28], image.getpixel((0, 0))
    for bad in ((99, 0), (0, 29)):
        try:
            image.getpixel(bad)
        except IndexError as error:
            yield str(error)
    yield list(photo("L", 5, 4).getdata()), list(photo("LA", 3, 2).getdata())
    blank = Image.new("RGBA", (4, 3), "#11223344")
    blank.putdata([(1, 2, 3, 4), (5, 6, 7, 8)])
    yield blank
    for mode, color in (("L", 77), ("RGB", "red"), ("RGB", (1, 2, 3)), ("RGBA", "rgba(1,2,3,90)"), ("1", 1), ("P", 5), ("CMYK", "navy"), ("I", -70000), ("F", 1.5), ("HSV", "hsl(120,100%,50%)")):
        yield Image.new(mode, (3, 2), color)
    for mode, color in (("RGB", (1, 2)), ("L", "nocolor"), ("L", (1, 2)), ("RGB", 1.5)):
        try:
            yield Image.new(mode, (1, 1), color)
        except (ValueError, TypeError) as error:
            yield type(error).__name__, str(error)


@case()
def information():
    image = photo("RGBA")
    yield image.histogram() == photo("RGBA").histogram(), sum(image.histogram()), image.histogram()[:40]
    yield image.getextrema(), image.getbbox(), photo("L").getextrema(), photo("I").getextrema()
    yield round(photo("L").entropy(), 6), image.getbands(), image.mode, image.size, image.width, image.height
    mask = Image.new("1", image.size)
    mask.paste(1, (3, 4, 20, 18))
    yield mask.getbbox(), photo("L").histogram(mask)[:64], [bytes(part) if isinstance(part, bytes) else part for part in mask.getprojection()]
    frame = Image.new("RGBA", (20, 20))
    frame.paste((255, 0, 0, 128), (5, 6, 9, 12))
    yield frame.getbbox(), frame.getbbox(alpha_only=False), Image.new("RGB", (3, 3)).getbbox()
    yield sorted(photo("RGB", 6, 5).getcolors()), photo().getcolors(3), sorted(Image.new("L", (3, 3), 4).getcolors())
    stat = ImageStat.Stat(photo())
    yield stat.count, [round(value, 6) for value in stat.mean], stat.median, [round(value, 4) for value in stat.stddev]


@case()
def channels():
    image = photo("RGBA")
    red, green, blue, alpha = image.split()
    yield red, alpha, Image.merge("RGB", (blue, green, red)), image.getchannel("G")
    other = photo()
    other.putalpha(alpha)
    yield other
    other = photo()
    other.putalpha(99)
    yield other, photo("L").point(lambda value: value * 2), photo().point([255 - value for value in range(256)] * 3)
    yield photo("L").point(lambda value: value > 100, "1"), photo("I").point(lambda value: value * 2 + 3)
    yield Image.eval(photo(), lambda value: value // 2)


@case()
def geometry():
    image = photo()
    for method in Image.Transpose:
        yield image.transpose(method)
    yield image.crop((-3, 5, 20, 40)), image.crop((5.4, 5.6, 20, 21)), image.copy()
    for angle in (90, 180, 270, 45, 30):
        yield image.rotate(angle), image.rotate(angle, expand=True)
    yield image.rotate(33, fillcolor="blue"), photo("P").rotate(10), photo("1").rotate(10)
    yield image.rotate(20, center=(3, 4), translate=(2, 1))
    yield ImageChops.offset(image, 5, 7), image.resize((80, 60), Image.Resampling.NEAREST), image.resize((9, 7), 0, (2, 3, 30, 20))
    yield image.transform((30, 20), Image.Transform.EXTENT, (3, 4, 33, 24)), image.transform((30, 20), Image.Transform.AFFINE, (1, 0.2, 3, 0.1, 0.9, 2))


@case(1)
def smooth_geometry():
    for mode in ("L", "RGB", "RGBA"):
        for resample in (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC):
            yield photo(mode).rotate(25, resample, expand=True)
            yield photo(mode).transform((30, 25), Image.Transform.PERSPECTIVE, (1, 0.1, 2, 0.05, 1.1, 1, 0.001, 0.002), resample)
            yield photo(mode).transform((30, 25), Image.Transform.QUAD, (1, 2, 3, 25, 33, 27, 30, 1), resample)


@case()
def resizing():
    filters = [Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.HAMMING, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]
    for resample in filters:
        for size in ((12, 9), (74, 58), (37, 5), (11, 29), (37, 29), (1, 1)):
            yield photo().resize(size, resample)
        yield photo("L").resize((17, 31), resample, box=(1.5, 2.25, 30.75, 20)), photo("RGBA").resize((20, 15), resample), photo("LA").resize((50, 40), resample)
    yield photo("I").resize((12, 9)), photo("CMYK").resize((20, 20)), photo("P").resize((20, 20)), photo("1").resize((20, 20))
    yield photo().reduce(2), photo("L").reduce((3, 4)), photo("RGBA").reduce(5), photo().reduce(3, (2, 1, 30, 25))
    thumb = photo("RGB", 200, 120)
    thumb.thumbnail((64, 64))
    yield thumb
    thumb = photo("RGBA", 90, 200)
    thumb.thumbnail((50, 50), Image.Resampling.LANCZOS, reducing_gap=None)
    yield thumb
    for size in ((22, 50), (45, 50), (22, 100), (180, 100)):
        yield photo("L", 90, 200).resize(size)
    for bad in ((0, 5), (5, -1)):
        try:
            photo().resize(bad)
        except ValueError as error:
            yield str(error)
    try:
        photo().resize((5, 5), 99)
    except ValueError as error:
        yield str(error)


@case(1)
def resizing_floats():
    yield photo("F").resize((12, 9)).convert("L"), photo("F").resize((60, 50), Image.Resampling.LANCZOS).convert("L")


@case()
def pasting():
    for mode in ("L", "RGB", "RGBA", "LA"):
        for mask in ("1", "L", "RGBA"):
            below, above = photo(mode), ImageOps.mirror(photo(mode)).crop((0, 0, 15, 12))
            levels = photo("RGBA", 15, 12) if mask == "RGBA" else photo("L", 15, 12).convert(mask)
            below.paste(above, (4, 5), levels)
            yield below
            below.paste("orange" if mode != "L" else 99, (10, 2, 25, 14), levels)
            yield below
    image = photo()
    image.paste(photo("L", 9, 9), (30, 25))
    image.paste((1, 2, 3), (-3, -3, 4, 4))
    image.paste("lime", (5, 5, 8, 9))
    yield image
    clear = Image.new("RGBA", (15, 12))
    clear.paste((200, 100, 50, 255), (0, 0, 15, 12), photo("L", 15, 12))
    yield clear
    yield Image.alpha_composite(photo("RGBA"), ImageOps.flip(photo("RGBA"))), Image.blend(photo(), ImageOps.flip(photo()), 0.3), Image.blend(photo(), ImageOps.flip(photo()), 1.7)
    yield Image.composite(photo(), ImageOps.flip(photo()), photo("L"))
    target = photo("RGBA")
    target.alpha_composite(photo("RGBA", 10, 10), (5, 5))
    yield target
    try:
        photo().paste(photo(), (0, 0, 5, 5))
    except ValueError as error:
        yield str(error)


# --- modules ------------------------------------------------------------------------------------


@case()
def chops():
    one, two = photo(), ImageOps.flip(photo())
    for name in ("multiply", "screen", "difference", "lighter", "darker", "add_modulo", "subtract_modulo", "soft_light", "hard_light", "overlay"):
        yield name, getattr(ImageChops, name)(one, two)
    yield ImageChops.add(one, two), ImageChops.add(one, two, 2, 10), ImageChops.subtract(one, two), ImageChops.invert(one), ImageChops.subtract(one, two, 0.5, -3)
    black, white = photo("1"), ImageOps.flip(photo("1"))
    yield ImageChops.logical_and(black, white), ImageChops.logical_or(black, white), ImageChops.logical_xor(black, white)
    yield ImageChops.constant(photo("L"), 7), ImageChops.difference(one, one).getbbox()


@case()
def operations():
    image = photo()
    yield ImageOps.grayscale(image), ImageOps.invert(image), ImageOps.mirror(image), ImageOps.flip(image)
    yield ImageOps.autocontrast(image), ImageOps.autocontrast(image, cutoff=(5, 10)), ImageOps.autocontrast(photo("L"), 3, preserve_tone=True)
    yield ImageOps.equalize(image), ImageOps.posterize(image, 3), ImageOps.solarize(image, 100), ImageOps.expand(image, 3, "red"), ImageOps.crop(image, 4)
    yield ImageOps.fit(image, (20, 20)), ImageOps.contain(image, (30, 30)), ImageOps.cover(image, (30, 30)), ImageOps.pad(image, (50, 30), color="#123456"), ImageOps.scale(image, 0.5)
    yield ImageOps.colorize(photo("L"), "black", "white", mid="#808000")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        turned = reopened(image, "PNG", exif=exif)
        yield ImageOps.exif_transpose(turned)


@case(1)
def filters():
    names = "BLUR CONTOUR DETAIL EDGE_ENHANCE EDGE_ENHANCE_MORE EMBOSS FIND_EDGES SHARPEN SMOOTH SMOOTH_MORE".split()
    for name in names:
        yield name, photo().filter(getattr(ImageFilter, name)), photo("L").filter(getattr(ImageFilter, name))
    yield photo("RGBA").filter(ImageFilter.Kernel((3, 3), (1, 2, 3, 4, 5, 6, 7, 8, 9), 40, 5))
    yield photo().filter(ImageFilter.Kernel((5, 5), tuple(range(25)), 310))


@case()
def exact_filters():
    for radius in (0, 0.4, 1, 2, 3.7, 20, (3, 1)):
        yield photo().filter(ImageFilter.GaussianBlur(radius)), photo("L").filter(ImageFilter.BoxBlur(radius))
    yield photo("RGBA").filter(ImageFilter.GaussianBlur(2)), photo().filter(ImageFilter.UnsharpMask()), photo("L").filter(ImageFilter.UnsharpMask(3, 80, 10))
    for size in (3, 5):
        yield photo().filter(ImageFilter.MedianFilter(size)), photo("L").filter(ImageFilter.MinFilter(size)), photo().filter(ImageFilter.MaxFilter(size)), photo("L").filter(ImageFilter.ModeFilter(size))
    yield photo("L").filter(ImageFilter.RankFilter(3, 2))
    for make in (lambda: ImageFilter.MedianFilter(4), lambda: ImageFilter.Kernel((3, 3), (1, 2))):
        try:
            make()
        except ValueError as error:
            yield str(error)


@case(1)
def enhancing():
    for name in ("Color", "Contrast", "Brightness", "Sharpness"):
        for factor in (0.0, 0.5, 1.0, 1.7):
            yield getattr(ImageEnhance, name)(photo()).enhance(factor)
    yield ImageEnhance.Contrast(photo("RGBA")).enhance(1.4)


@case()
def colors():
    yield [ImageColor.getrgb(text) for text in ("red", "#fff", "#12345678", "rgb(1,2,3)", "rgba(1,2,3,4)", "hsl(0,100%,50%)", "hsv(120,50%,50%)")]
    yield ImageColor.getcolor("#102030", "L"), ImageColor.getcolor("#10203040", "RGBA")
    try:
        ImageColor.getrgb("nothing")
    except ValueError as error:
        yield str(error)


@case()
def drawing():
    for mode in ("RGB", "L", "RGBA"):
        image = Image.new(mode, (80, 60))
        draw = ImageDraw.Draw(image)
        draw.line((2, 3, 70, 50), fill="white")
        draw.line([(5, 55), (40, 5), (75, 55)], fill="#808080")
        draw.line((60, 2, 60, 58), fill="white")
        draw.rectangle((10, 10, 30, 25), outline="white", fill="#404040")
        draw.rectangle((40, 30, 60, 50), outline="white", width=3)
        draw.point([(1, 1), (78, 58)], fill="white")
        yield "lines", image
    for box in ((5, 5, 75, 55), (10, 12, 31, 40), (3, 3, 3, 30), (20, 20, 24, 24), (7, 8, 50, 21)):
        for options in ({"fill": "white"}, {"outline": "white"}, {"outline": "white", "width": 4}, {"fill": "#555", "outline": "#fff", "width": 2}):
            image = Image.new("L", (80, 60))
            ImageDraw.Draw(image).ellipse(box, **options)
            yield f"ellipse {box} {options}", image
    shapes = ([(5, 5), (70, 20), (40, 55)], [(10, 10), (60, 10), (60, 50), (10, 50)], [(40, 2), (52, 55), (3, 20), (77, 20), (20, 55)], [(0, 0), (79, 59), (0, 59)], [(-10, 30), (40, -20), (90, 30), (40, 80)])
    for points in shapes:
        for options in ({"fill": "white"}, {"outline": "white"}, {"fill": "#555", "outline": "#fff"}):
            image = Image.new("L", (80, 60))
            ImageDraw.Draw(image).polygon(points, **options)
            yield f"polygon {points} {options}", image
    for width in (2, 3, 5, 8):
        image = Image.new("L", (80, 60))
        draw = ImageDraw.Draw(image)
        draw.line((10, 8, 70, 50), fill=255, width=width)
        draw.line((10, 50, 70, 50), fill=200, width=width)
        draw.line((75, 5, 75, 55), fill=100, width=width)
        yield f"width {width}", image
    image = Image.new("RGB", (80, 60), "navy")
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rectangle((5, 5, 40, 40), fill=(255, 0, 0, 100))
    draw.ellipse((20, 20, 70, 50), fill=(0, 255, 0, 128))
    yield image


@case("near")
def sectors():
    """Their edges may differ by a pixel here and there."""
    for start, end in ((0, 90), (30, 200), (-45, 45), (10, 350), (180, 0)):
        for method in ("arc", "chord", "pieslice"):
            image = Image.new("L", (80, 60))
            getattr(ImageDraw.Draw(image), method)((8, 6, 70, 52), start, end, fill=255)
            yield f"{method} {start} {end}", image
    image = Image.new("L", (80, 60))
    ImageDraw.Draw(image).rounded_rectangle((5, 5, 70, 50), 12, fill=120, outline=255, width=3)
    yield image


@case()
def text():
    font = ImageFont.load_default_imagefont()
    image = Image.new("RGB", (120, 40), "white")
    draw = ImageDraw.Draw(image)
    draw.text((3, 4), "Nuvola 123!", fill="black", font=font)
    draw.text((3, 20), "two\nlines", fill=(200, 0, 0), font=font, spacing=1)
    yield image, draw.textbbox((3, 4), "Nuvola", font=font), draw.textlength("Nuvola", font=font), font.getbbox("Hg")


# --- files --------------------------------------------------------------------------------------


@case()
def png():
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        image = photo("L").convert("I").point(lambda value: value * 200).convert("I;16") if mode == "I;16" else photo(mode)
        again = reopened(image, "PNG")
        yield again.mode, again.format, again.size, again
    yield reopened(photo(), "PNG", optimize=True), reopened(photo(), "PNG", dpi=(72, 72)).info
    yield reopened(photo("L"), "PNG", transparency=7).info, reopened(photo("L"), "PNG", transparency=7).convert("RGBA")


@case()
def png_files():
    """Files of the real Pillow are read by ours: interlaced and of few bits among them."""
    for name in sorted(FILES):
        if name.endswith(".png"):
            image = Image.open(io.BytesIO(FILES[name]))
            yield name, image.mode, image.size, image


@case()
def gif():
    image = reopened(photo("P"), "GIF")
    yield image.mode, image.size, image.convert("RGB")
    grey = reopened(photo("L"), "GIF")
    yield grey.mode, grey.convert("L")
    frames = [Image.new("P", (12, 9), color) for color in (1, 2, 3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0)
    buffer.seek(0)
    film = Image.open(buffer)
    yield film.n_frames, film.is_animated, film.info.get("loop")
    for frame in range(film.n_frames):
        film.seek(frame)
        yield film.info["duration"], film.convert("RGB")


@case()
def gif_files():
    for name in sorted(FILES):
        if name.endswith(".gif"):
            image = Image.open(io.BytesIO(FILES[name]))
            yield name, image.mode, image.size, image.convert("RGBA")


@case()
def bmp_and_ppm():
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        yield reopened(photo(mode), "BMP")
    yield reopened(photo(), "PPM"), reopened(photo("L"), "PPM")


@case("db")
def jpeg():
    for quality in (30, 75, 95):
        yield f"quality {quality}", reopened(smooth(), "JPEG", quality=quality).convert("RGB")
    yield reopened(smooth().convert("L"), "JPEG").convert("RGB"), reopened(smooth(), "JPEG", subsampling=0, progressive=True), reopened(smooth(), "JPEG", optimize=True)


@case("db")
def jpeg_files():
    for name in sorted(FILES):
        if name.endswith(".jpg"):
            image = Image.open(io.BytesIO(FILES[name]))
            yield name, image.convert("RGB")
            drafted = Image.open(io.BytesIO(FILES[name]))
            drafted.thumbnail((20, 20))
            yield name, drafted.convert("RGB")


@case()
def jpeg_facts():
    for name in sorted(FILES):
        if name.endswith(".jpg"):
            image = Image.open(io.BytesIO(FILES[name]))
            yield name, image.mode, image.size, image.format, sorted(image.info.items(), key=str), dict(image.getexif())
    exif = Image.Exif()
    exif[0x010E] = "a picture"
    again = reopened(smooth(), "JPEG", exif=exif, comment=b"hello", dpi=(96, 96))
    yield dict(again.getexif()), again.info.get("comment"), again.info.get("dpi")
    try:
        photo("RGBA").save(io.BytesIO(), "JPEG")
    except OSError as error:
        yield str(error)


@case("db")
def webp_files():
    for name in sorted(FILES):
        if name.endswith(".webp"):
            image = Image.open(io.BytesIO(FILES[name]))
            yield name, image.mode, image.size, image.convert("RGB")


@case()
def webp_lossless():
    yield reopened(photo(), "WEBP", lossless=True), reopened(photo("RGBA"), "WEBP", lossless=True, exact=True)


def keeps(original, image, decibels):
    """Whether a picture of few colours comes close to its original."""
    pairs = zip(original.convert("RGBA").tobytes(), image.convert("RGBA").tobytes())
    error = sum((one - two) ** 2 for one, two in pairs) / (original.width * original.height * 4)
    return 255 * 255 / error > 10 ** (decibels / 10)


@case()
def quantizing():
    """Other palettes than the real ones, as good as they are."""
    for image in (photo("RGB"), smooth(), photo("RGBA")):
        for colors, decibels in ((256, 26), (64, 22), (8, 8)):
            if (image.mode, colors) == ("RGBA", 8):
                continue
            few = image.quantize(colors)
            yield few.mode, len(few.getcolors()) <= colors, keeps(image, few, decibels)
    yield keeps(smooth(), smooth().convert("P", palette=Image.Palette.ADAPTIVE, colors=128), 27)
    yield keeps(smooth(), reopened(smooth(), "GIF"), 30)


@case()
def few_colors():
    """A picture with few colours keeps them all."""
    image = smooth().point([value // 64 * 64 for value in range(256)] * 3)
    yield image.quantize(256).convert("RGB"), len(image.quantize(256).getcolors())


@case()
def failures():
    for content in (b"", b"no picture at all", FILES["photo.png"][:60], FILES["photo.jpg"][:100], FILES["photo.png"][:-60]):
        try:
            Image.open(io.BytesIO(content)).load()
            yield "loaded"
        except UnidentifiedImageError as error:
            yield "unidentified", str(error).split(" <")[0]
        except OSError as error:
            yield "OSError", str(error).split(" (")[0]
    for attempt in (lambda: photo().save(io.BytesIO(), "NOPE"), lambda: photo().save("/tmp/x.nope"), lambda: Image.new("NOPE", (1, 1)), lambda: Image.new("RGB", (-1, 1)), lambda: Image.frombytes("RGB", (2, 2), b"123"), lambda: photo().convert("NOPE"), lambda: Image.merge("RGB", [photo("L")])):
        try:
            attempt()
            yield "done"
        except Exception as error:
            yield type(error).__name__, str(error)
    try:
        Image.open("/nowhere.png")
    except FileNotFoundError as error:
        yield error.strerror, error.filename


@case()
def paths_and_bytes():
    photo().save("/tmp/nuvola-picture.png")
    with Image.open("/tmp/nuvola-picture.png") as image:
        yield image.format, image.filename, image.mode, image.tobytes() == photo().tobytes()
    yield photo("1").tobytes(), photo().tobytes("raw", "BGR"), Image.frombytes("RGB", (2, 1), b"abcdef", "raw", "BGR"), Image.frombuffer("L", (2, 2), b"abcd", "raw", "L", 0, 1)
    yield repr(photo())[:40], photo() == photo(), photo() == photo("L"), Image.linear_gradient("L"), Image.radial_gradient("L")


FILES = {}
