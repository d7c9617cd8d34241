"""Lines, polygons, ellipses: the pixels that Pillow's `ImageDraw` sets, row by row."""

import math
import struct

from .core import ImagingCore
from .modes import ink as ink_of


def round_up(value):
    """Halves away from zero, as C's `round` has it."""
    return int(math.floor(value + 0.5)) if value >= 0 else -int(math.floor(-value + 0.5))


def round_down(value):
    """Halves towards zero."""
    return int(math.ceil(value - 0.5)) if value >= 0 else -int(math.ceil(-value - 0.5))


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def points_of(xy):
    """Pairs of numbers out of pairs or a flat sequence."""
    xy = list(xy.tolist()) if hasattr(xy, "tolist") else list(xy)
    if xy and isinstance(xy[0], tuple | list):
        for point in xy:
            if len(point) != 2:
                raise ValueError("coordinate list must contain at least 2 coordinates")
        return [(float(x), float(y)) for x, y in xy]
    if len(xy) % 2:
        raise ValueError("wrong number of coordinates")
    return [(float(x), float(y)) for x, y in zip(xy[::2], xy[1::2], strict=True)]


class Edge:
    def __init__(self, x0, y0, x1, y1):
        self.x0, self.y0 = x0, y0
        self.xmin, self.xmax = min(x0, x1), max(x0, x1)
        self.ymin, self.ymax = min(y0, y1), max(y0, y1)
        self.dx = 0.0 if y0 == y1 else single((x1 - x0) / (y1 - y0))

    def at(self, y):
        return single((y - self.y0) * self.dx + self.x0)


def edges_of(points):
    """The edges of a closed shape."""
    edges = []
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        edges.append(Edge(x0, y0, x1, y1))
    if points and points[0] != points[-1]:
        edges.append(Edge(*points[-1], *points[0]))
    return edges


class ImagingDraw:
    def __init__(self, image, blend=0):
        self.image, self.blend = image, blend

    def draw_ink(self, color):
        """A colour as one number, its first channel lowest."""
        if color == -1 and not isinstance(color, tuple | list):
            content = b"\xff" * self.image.depth
            if self.image.mode in ("I", "F"):
                content = ink_of(-1, self.image.mode)
        else:
            # Pillow's RGB has a fourth byte: how opaque the colour is that is blended in.
            content = ink_of(color, "RGBA" if self.image.mode == "RGB" else self.image.mode)
        if len(content) == 2 and self.image.depth == 2 and self.image.mode in ("LA", "PA", "La"):
            content = bytes((content[0], content[0], content[0], content[1]))
        content = content.ljust(4, b"\xff" if len(content) == 3 else b"\0")
        return struct.unpack("<i", content)[0]

    def content(self, ink):
        value = struct.pack("<i", ink)
        if self.image.mode in ("LA", "PA", "La"):
            return value[:1] + value[3:]
        return value[: self.image.depth]

    # --- rows -----------------------------------------------------------------------------------

    def row(self, x0, y, x1, ink, mask=None):
        """Pixels x0 to x1, both included."""
        width, height = self.image.size
        if not 0 <= y < height:
            return
        x0, x1 = max(x0, 0), min(x1, width - 1)
        if x0 > x1:
            return
        depth, data = self.image.depth, self.image.data
        start = (y * width + x0) * depth
        if self.blend and depth in (3, 4):
            self.blend_row(start, x1 - x0 + 1, ink)
            return
        content = self.content(ink)
        if mask is None:
            data[start : start + (x1 - x0 + 1) * depth] = content * (x1 - x0 + 1)
            return
        for x in range(x0, x1 + 1):
            if mask.data[y * width + x]:
                data[(y * width + x) * depth : (y * width + x + 1) * depth] = content

    def blend_row(self, start, count, ink):
        value = struct.pack("<i", ink)
        data, depth, alpha = self.image.data, self.image.depth, value[3]
        for at in range(start, start + count * depth, depth):
            for band in range(3):
                mixed = data[at + band] * (255 - alpha) + value[band] * alpha + 128
                data[at + band] = ((mixed >> 8) + mixed) >> 8

    def point(self, x, y, ink):
        self.row(x, y, x, ink)

    # --- lines ----------------------------------------------------------------------------------

    def draw_points(self, xy, ink):
        for x, y in points_of(xy):
            self.point(int(x), int(y), ink)

    def line(self, x0, y0, x1, y1, ink, mask=None):
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        xs, ys = (1 if x1 >= x0 else -1), (1 if y1 >= y0 else -1)
        if dy == 0:
            self.row(min(x0, x1), y0, max(x0, x1), ink, mask)
            return
        steep = dx <= dy
        long, short = (dy, dx) if steep else (dx, dy)
        error = 2 * short - long
        for _ in range(long + 1):
            self.row(x0, y0, x0, ink, mask)
            if error >= 0:
                x0, y0 = (x0 + xs, y0) if steep else (x0, y0 + ys)
                error -= 2 * long
            error += 2 * short
            x0, y0 = (x0, y0 + ys) if steep else (x0 + xs, y0)

    def wide_line(self, x0, y0, x1, y1, ink, width, mask=None):
        dx, dy = x1 - x0, y1 - y0
        if dx == 0 and dy == 0:
            self.point(x0, y0, ink)
            return
        length = math.hypot(dx, dy)
        half = (width - 1) / 2.0
        most, least = round_up(half) / length, round_down(half) / length
        xmin, xmax = round_down(least * dy), round_down(most * dy)
        ymin, ymax = round_up(least * dx), round_up(most * dx)
        corners = [(x0 - xmin, y0 + ymax), (x1 - xmin, y1 + ymax), (x1 + xmax, y1 - ymin), (x0 + xmax, y0 - ymin)]
        self.fill_edges(edges_of([*corners, corners[0]]), ink, mask)

    def draw_lines(self, xy, ink, width=0):
        points = [(int(x), int(y)) for x, y in points_of(xy)]
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            if width <= 1:
                self.line(x0, y0, x1, y1, ink)
            else:
                self.wide_line(x0, y0, x1, y1, ink, width)
        if points and width <= 1:
            self.point(*points[-1], ink)

    # --- areas ----------------------------------------------------------------------------------

    def box(self, xy):
        points = points_of(xy)
        if len(points) != 2:
            raise TypeError("coordinate list must contain exactly 2 coordinates")
        (x0, y0), (x1, y1) = points
        if x1 < x0:
            raise ValueError("x1 must be greater than or equal to x0")
        if y1 < y0:
            raise ValueError("y1 must be greater than or equal to y0")
        return int(x0), int(y0), int(x1), int(y1)

    def draw_rectangle(self, xy, ink, fill=0, width=1):
        x0, y0, x1, y1 = self.box(xy)
        if fill:
            for y in range(max(y0, 0), min(y1, self.image.size[1] - 1) + 1):
                self.row(x0, y, x1, ink)
            return
        width = width or 1
        for y in range(max(y0, 0), min(y1, self.image.size[1] - 1) + 1):
            if y < y0 + width or y > y1 - width:
                self.row(x0, y, x1, ink)
            else:
                self.row(x0, y, min(x0 + width - 1, x1), ink)
                self.row(max(x1 - width + 1, x0 + width), y, x1, ink)

    def draw_polygon(self, xy, ink, fill=0, width=0, mask=None):
        points = [(int(x), int(y)) for x, y in points_of(xy)]
        if len(points) < 2:
            raise TypeError("coordinate list must contain at least 2 coordinates")
        if fill:
            self.fill_edges(edges_of(points), ink, mask)
            return
        closed = points if points[0] == points[-1] else [*points, points[0]]
        for (x0, y0), (x1, y1) in zip(closed, closed[1:], strict=False):
            if width <= 1:
                self.line(x0, y0, x1, y1, ink, mask)
            else:
                self.wide_line(x0, y0, x1, y1, ink, width, mask)

    def fill_edges(self, edges, ink, mask=None):
        """Fills between the edges, row by row, with all pixels that they touch."""
        sloped = [edge for edge in edges if edge.ymin != edge.ymax]
        for edge in edges:
            if edge.ymin == edge.ymax and not self.blend:
                self.row(edge.xmin, edge.ymin, edge.xmax, ink, mask)
        if not edges:
            return
        first = max(min(edge.ymin for edge in edges), 0)
        last = min(max(edge.ymax for edge in edges), self.image.size[1])
        for y in range(first, last + 1):
            crossings = []
            for index, edge in enumerate(sloped):
                if not edge.ymin <= y <= edge.ymax:
                    continue
                crossings.append(edge.at(y))
                if y == edge.ymax and y < last:
                    crossings.append(crossings[-1])
                elif edge.dx != 0 and len(crossings) % 2 and round_up(crossings[-1]) == crossings[-1]:
                    crossings[-1] = joined(crossings[-1], sloped[:index], edge, y)
            crossings.sort()
            free = 0
            for left, right in zip(crossings[::2], crossings[1::2], strict=False):
                end = round_down(right)
                if end < free:
                    continue
                start = max(round_up(left), free)
                if end >= start:
                    self.row(start, y, end, ink, mask)
                    free = end + 1

    # --- ellipses -------------------------------------------------------------------------------

    def draw_ellipse(self, xy, ink, fill=0, width=1):
        x0, y0, x1, y1 = self.box(xy)
        for left, y, right in ellipse_rows(x1 - x0, y1 - y0, 0 if fill else width or 1):
            self.row(x0 + left, y0 + y, x0 + right, ink)

    def draw_arc(self, xy, start, end, ink, width=1):
        self.sector(xy, start, end, ink, width or 1)

    def draw_pieslice(self, xy, start, end, ink, fill=0, width=1):
        if fill:
            self.sector(xy, start, end, ink, 0)
            return
        self.sector(xy, start, end, ink, width or 1)
        x0, y0, x1, y1 = self.box(xy)
        if end - start < 360:
            center = ((x0 + x1) // 2, (y0 + y1) // 2)
            for angle in (start, end):
                self.wide_or_thin(*center, *on_ellipse((x0, y0, x1, y1), angle), ink, width)

    def draw_chord(self, xy, start, end, ink, fill=0, width=1):
        box = self.box(xy)
        if fill:
            self.sector(xy, start, end, ink, 0, chord=True)
            return
        self.sector(xy, start, end, ink, width or 1)
        self.wide_or_thin(*on_ellipse(box, start), *on_ellipse(box, end), ink, width)

    def wide_or_thin(self, x0, y0, x1, y1, ink, width):
        if width <= 1:
            self.line(x0, y0, x1, y1, ink)
        else:
            self.wide_line(x0, y0, x1, y1, ink, width)

    def sector(self, xy, start, end, ink, width, chord=False):
        """The pixels of an ellipse between two angles, in degrees clockwise from three o'clock."""
        x0, y0, x1, y1 = self.box(xy)
        if end < start:
            end += 360 * math.ceil((start - end) / 360)
        if end - start >= 360:
            self.draw_ellipse(xy, ink, not width, width)
            return
        if start == end:
            return
        a, b = (x1 - x0) / 2, (y1 - y0) / 2
        one, two = ((math.cos(math.radians(angle)), math.sin(math.radians(angle))) for angle in (start, end))

        def inside(x, y):
            # In the circle's own measure, so that angles are Pillow's.
            u, v = (x - a) / (a or 1), (y - b) / (b or 1)
            if chord:
                side = (two[0] - one[0]) * (v - one[1]) - (two[1] - one[1]) * (u - one[0])
                return side <= 1e-9
            after_start = one[0] * v - one[1] * u >= -1e-9
            before_end = u * two[1] - v * two[0] >= -1e-9
            return after_start and before_end if end - start <= 180 else after_start or before_end

        for left, y, right in ellipse_rows(x1 - x0, y1 - y0, width):
            run = None
            for x in range(left, right + 2):
                if x <= right and inside(x, y):
                    run = x if run is None else run
                elif run is not None:
                    self.row(x0 + run, y0 + y, x0 + x - 1, ink)
                    run = None

    # --- the rest -------------------------------------------------------------------------------

    def draw_bitmap(self, xy, bitmap, ink):
        x, y = (int(value) for value in points_of([xy] if isinstance(xy[0], int | float) else xy)[0])
        size = bitmap.size
        content = self.content(ink)
        if self.blend and self.image.depth >= 3:
            alpha = struct.pack("<i", ink)[3]
            levels = bytes(bitmap.data).translate(bytes(value * alpha // 255 for value in range(256)))
            bitmap = ImagingCore("L", size, levels)
        self.image.paste(
            tuple(content) if len(content) > 1 and self.image.mode not in ("I", "F") else ink,
            (x, y, x + size[0], y + size[1]), bitmap,
        )

    def draw_outline(self, outline, ink, fill=0):
        raise_not_simulated("ImageDraw.shape")


def raise_not_simulated(name):
    from . import NotSimulatedError

    raise NotSimulatedError(name)


def joined(crossing, earlier, edge, y):
    """Where two edges meet in a corner, the row reaches to what the next row covers."""
    for other in earlier:
        if (edge.dx > 0 and other.dx <= 0) or (edge.dx < 0 and other.dx >= 0):
            continue
        if crossing != other.at(y):
            continue
        offset = -1 if y == edge.ymax else 1
        if not other.ymin <= y + offset <= other.ymax:
            continue
        near, far = edge.at(y + offset), other.at(y + offset)
        if crossing > near + 1 and crossing > far + 1:
            return float(round_up(max(near, far)) + 1)
        if crossing < near - 1 and crossing < far - 1:
            return float(round_up(min(near, far)) - 1)
        return crossing
    return crossing


class Quarter:
    """A quarter of an ellipse in half pixels, from its right end upwards."""

    def __init__(self, a, b):
        self.finished = a < 0 or b < 0
        self.a2, self.b2 = a * a, b * b
        self.x, self.y = a, b % 2
        self.last = (a % 2, b)

    def deviation(self, x, y):
        return abs(self.a2 * y * y + self.b2 * x * x - self.a2 * self.b2)

    def __iter__(self):
        return self

    def __next__(self):
        if self.finished:
            raise StopIteration
        found = (self.x, self.y)
        if found == self.last:
            self.finished = True
            return found
        x, y = self.x, self.y + 2
        least = self.deviation(x, y)
        if x > 1:
            for candidate in ((self.x - 2, self.y + 2), (self.x - 2, self.y)):
                deviation = self.deviation(*candidate)
                if least > deviation:
                    (x, y), least = candidate, deviation
        self.x, self.y = x, y
        return found


def ellipse_rows(a, b, width):
    """(left, row, right) of an ellipse in a box of a + 1 by b + 1 pixels; width 0 fills."""
    if a < 0 or b < 0:
        return
    width = width or a + b
    leftmost = a % 2
    outer, inner = Quarter(a, b), Quarter(a - 2 * (width - 1), b - 2 * (width - 1))
    if width < 1:
        return
    px, py = next(outer)
    pl, finished = leftmost, False
    while not finished:
        y, left, right = py, pl, px
        point = next((found for found in outer if found[1] > y), None)
        finished = point is None
        if point:
            px, py = point
        pl = leftmost
        for x, row in inner:
            if row > y:
                pl = x
                break
            left = x
        spans = []
        if left > 0 or left < right:
            spans.append((2 if left == 0 else left, right))
        for sign in ((1, -1) if y > 0 else (-1,)):
            yield (a - right) // 2, (b + sign * y) // 2, (a - left) // 2
            for start, end in spans:
                yield (a + start) // 2, (b + sign * y) // 2, (a + end) // 2


def on_ellipse(box, angle):
    x0, y0, x1, y1 = box
    angle = math.radians(angle)
    x = (x0 + x1) / 2 + (x1 - x0) / 2 * math.cos(angle)
    y = (y0 + y1) / 2 + (y1 - y0) / 2 * math.sin(angle)
    return round_up(x), round_up(y)


class ImagingFont:
    """The bitmap font: a picture of all letters, and where each lies."""

    def __init__(self, image, glyphs):
        if len(glyphs) != 256 * 20:
            raise ValueError("descriptor table has wrong size")
        self.image = image
        # Advance (x, y), place beside the pen (x0, y0, x1, y1), place in the picture (x0, y0, x1, y1).
        self.glyphs = [struct.unpack_from(">10h", glyphs, at) for at in range(0, len(glyphs), 20)]
        self.ascender = max((-glyph[3] for glyph in self.glyphs), default=0)
        self.ysize = self.ascender + max((glyph[5] for glyph in self.glyphs), default=0)

    def letters(self, text):
        if isinstance(text, str):
            text = text.encode("latin-1")
        return [self.glyphs[letter] for letter in bytes(text)]

    def getsize(self, text):
        return sum(glyph[0] for glyph in self.letters(text)), self.ysize

    def getmask(self, text, mode=""):
        out = ImagingCore("L" if mode != "1" else "1", self.getsize(text))
        pen = 0
        for dx, _, x0, y0, x1, y1, *source in self.letters(text):
            letter = self.image.crop(tuple(source)).convert(out.mode)
            if letter.size == (x1 - x0, y1 - y0) and letter.size[0] > 0 and letter.size[1] > 0:
                top = self.ascender + y0
                out.paste(letter, (pen + x0, top, pen + x1, top + y1 - y0), None)
            pen += dx
        return out
