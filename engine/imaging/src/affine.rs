//! Geometry: affine maps, perspective and quadrilaterals, with the nearest pixel, bilinear or bicubic.

use crate::{Arguments, Failure, Outcome};

const NEAREST: usize = 0;
const BILINEAR: usize = 2;
const BICUBIC: usize = 3;
const AFFINE: usize = 0;
const PERSPECTIVE: usize = 2;
const QUAD: usize = 3;

struct Source<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    depth: usize,
}

/// `width height depth out_width out_height method filter fill left top right bottom data...`,
/// source pixels, pixels to draw on. What comes from outside the source is made zero where `fill`, else left.
pub(crate) fn transform(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let (out_width, out_height) = (given.size(3)?, given.size(4)?);
    let (method, filter, fill) = (given.size(5)?, given.size(6)?, given.size(7)? != 0);
    let (left, top) = (given.integer(8)?, given.integer(9)?);
    let (right, bottom) = (given.integer(10)?, given.integer(11)?);
    let data = given.numbers_from(12);
    let needed = if method == AFFINE { 6 } else { 8 };
    if data.len() < needed {
        return Err(Failure::new("wrong number of matrix entries"));
    }
    let source = Source { pixels: given.pixels(0, width, height, depth)?, width, height, depth };
    let mut out = given.pixels(1, out_width, out_height, depth)?.to_vec();
    let columns = (left.max(0), right.min(out_width as i64));
    let rows = (top.max(0), bottom.min(out_height as i64));
    let mut set = |x: i64, y: i64, pixel: Option<&[u8]>| {
        let place = &mut out[(y as usize * out_width + x as usize) * depth..][..depth];
        match pixel {
            Some(pixel) => place.copy_from_slice(pixel),
            None if fill => place.fill(0),
            None => {}
        }
    };
    if method == AFFINE && filter == NEAREST {
        nearest_affine(&source, data, (left, top), columns, rows, &mut set);
        return Ok(out);
    }
    let mut pixel = vec![0u8; depth];
    for y in rows.0..rows.1 {
        for x in columns.0..columns.1 {
            let (source_x, source_y) = place(method, data, (x - left) as f64 + 0.5, (y - top) as f64 + 0.5);
            let found = source.sample(filter, source_x, source_y, &mut pixel);
            set(x, y, found.then_some(&pixel));
        }
    }
    Ok(out)
}

fn place(method: usize, data: &[f64], x: f64, y: f64) -> (f64, f64) {
    match method {
        PERSPECTIVE => {
            let scale = data[6] * x + data[7] * y + 1.0;
            ((data[0] * x + data[1] * y + data[2]) / scale, (data[3] * x + data[4] * y + data[5]) / scale)
        }
        QUAD => (
            data[0] + data[1] * x + data[2] * y + data[3] * x * y,
            data[4] + data[5] * x + data[6] * y + data[7] * x * y,
        ),
        _ => (data[0] * x + data[1] * y + data[2], data[3] * x + data[4] * y + data[5]),
    }
}

type Set<'a> = dyn FnMut(i64, i64, Option<&[u8]>) + 'a;

/// Pillow adds the steps up, in doubles for a mere scale and else in fixed point of 16 bits.
fn nearest_affine(
    source: &Source,
    data: &[f64],
    (left, top): (i64, i64),
    columns: (i64, i64),
    rows: (i64, i64),
    set: &mut Set,
) {
    if data[1] == 0.0 && data[3] == 0.0 {
        let steps = |start: f64, step: f64, from: i64, to: i64, offset: i64| -> Vec<f64> {
            let mut at = start + step * 0.5;
            let mut found = Vec::new();
            for index in offset..to {
                if index >= from {
                    found.push(at);
                }
                at += step;
            }
            found
        };
        let across = steps(data[2], data[0], columns.0, columns.1, left);
        for (y, source_y) in (rows.0..rows.1).zip(steps(data[5], data[4], rows.0, rows.1, top)) {
            for (x, source_x) in (columns.0..columns.1).zip(&across) {
                set(x, y, source.nearest(*source_x, source_y));
            }
        }
        return;
    }
    let fits = |x: f64, y: f64| {
        let at = |row: &[f64]| (x * row[0] + y * row[1] + row[2]).abs() < 32768.0;
        at(&data[..3]) && at(&data[3..])
    };
    let (width, height) = ((columns.1 - left) as f64, (rows.1 - top) as f64);
    if fits(0.0, 0.0) && fits(width, height) && fits(0.0, height) && fits(width, 0.0) {
        let fix = |value: f64| (value * 65536.0 + 0.5).floor() as i64;
        let [a, b, c, d] = [fix(data[0]), fix(data[1]), fix(data[3]), fix(data[4])];
        let start_x = fix(data[2] + data[0] * 0.5 + data[1] * 0.5);
        let start_y = fix(data[5] + data[3] * 0.5 + data[4] * 0.5);
        for y in rows.0..rows.1 {
            for x in columns.0..columns.1 {
                let source_x = start_x + a * (x - left) + b * (y - top);
                let source_y = start_y + c * (x - left) + d * (y - top);
                set(x, y, source.pixel(source_x >> 16, source_y >> 16));
            }
        }
        return;
    }
    for y in rows.0..rows.1 {
        for x in columns.0..columns.1 {
            let (source_x, source_y) = place(AFFINE, data, (x - left) as f64 + 0.5, (y - top) as f64 + 0.5);
            set(x, y, source.nearest(source_x, source_y));
        }
    }
}

impl Source<'_> {
    fn pixel(&self, x: i64, y: i64) -> Option<&[u8]> {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside.then(|| &self.pixels[(y as usize * self.width + x as usize) * self.depth..][..self.depth])
    }

    fn nearest(&self, x: f64, y: f64) -> Option<&[u8]> {
        let whole = |value: f64| if value < 0.0 { -1 } else { value as i64 };
        self.pixel(whole(x), whole(y))
    }

    fn clipped(&self, x: i64, y: i64) -> &[u8] {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height as i64 - 1) as usize;
        &self.pixels[(y * self.width + x) * self.depth..][..self.depth]
    }

    /// Whether the place is inside; the pixel there.
    fn sample(&self, filter: usize, x: f64, y: f64, pixel: &mut [u8]) -> bool {
        let inside = x >= 0.0 && x < self.width as f64 && y >= 0.0 && y < self.height as f64;
        match filter {
            _ if !inside => return false,
            BILINEAR => self.bilinear(x - 0.5, y - 0.5, pixel),
            BICUBIC => self.bicubic(x - 0.5, y - 0.5, pixel),
            _ => pixel.copy_from_slice(self.clipped(x as i64, y as i64)),
        }
        true
    }

    fn bilinear(&self, x: f64, y: f64, pixel: &mut [u8]) {
        let (column, row) = (x.floor() as i64, y.floor() as i64);
        let (dx, dy) = (x - column as f64, y - row as f64);
        let between = |row: i64, channel: usize| {
            let left = f64::from(self.clipped(column, row)[channel]);
            let right = f64::from(self.clipped(column + 1, row)[channel]);
            left + (right - left) * dx
        };
        for (channel, value) in pixel.iter_mut().enumerate() {
            let (upper, lower) = (between(row, channel), between(row + 1, channel));
            *value = (upper + (lower - upper) * dy) as u8;
        }
    }

    fn bicubic(&self, x: f64, y: f64, pixel: &mut [u8]) {
        let (column, row) = (x.floor() as i64, y.floor() as i64);
        let (dx, dy) = (x - column as f64, y - row as f64);
        for (channel, value) in pixel.iter_mut().enumerate() {
            let along = |row: i64| {
                let value = |offset: i64| f64::from(self.clipped(column + offset, row)[channel]);
                cubic([value(-1), value(0), value(1), value(2)], dx)
            };
            *value = cubic([along(row - 1), along(row), along(row + 1), along(row + 2)], dy).clamp(0.0, 255.0)
                as u8;
        }
    }
}

fn cubic([a, b, c, d]: [f64; 4], at: f64) -> f64 {
    let (p2, p3, p4) = (c - a, 2.0 * (a - b) + c - d, b - a - c + d);
    b + at * (p2 + at * (p3 + at * p4))
}
