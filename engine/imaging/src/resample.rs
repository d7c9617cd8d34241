//! Resizing by convolution, in fixed point as Pillow does it: weights of 22 bits, one pass for each direction.

use crate::{Arguments, Failure, Outcome};
use std::f64::consts::PI;

const PRECISION_BITS: u32 = 32 - 8 - 2;

struct Filter {
    weigh: fn(f64) -> f64,
    support: f64,
}

/// Pillow's numbers of its filters.
fn filter_of(number: usize) -> Result<Filter, Failure> {
    Ok(match number {
        1 => Filter { weigh: lanczos, support: 3.0 },
        2 => Filter { weigh: bilinear, support: 1.0 },
        3 => Filter { weigh: bicubic, support: 2.0 },
        4 => Filter { weigh: square, support: 0.5 },
        5 => Filter { weigh: hamming, support: 1.0 },
        _ => return Err(Failure::new("unknown resampling filter")),
    })
}

fn square(x: f64) -> f64 {
    if x > -0.5 && x <= 0.5 { 1.0 } else { 0.0 }
}

fn bilinear(x: f64) -> f64 {
    (1.0 - x.abs()).max(0.0)
}

fn hamming(x: f64) -> f64 {
    let x = x.abs();
    if x == 0.0 {
        return 1.0;
    }
    if x >= 1.0 {
        return 0.0;
    }
    let x = x * PI;
    x.sin() / x * (0.54 + 0.46 * x.cos())
}

fn bicubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    let x = x.abs();
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { (x * PI).sin() / (x * PI) }
}

fn lanczos(x: f64) -> f64 {
    if (-3.0..3.0).contains(&x) { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

/// For each pixel of one direction of the result: the first source pixel, and the weights from there on.
struct Weights {
    first: Vec<usize>,
    count: Vec<usize>,
    weights: Vec<f64>,
    stride: usize,
}

impl Weights {
    fn new(source: usize, from: f64, to: f64, target: usize, filter: &Filter) -> Self {
        let scale = (to - from) / target as f64;
        let filter_scale = scale.max(1.0);
        let support = filter.support * filter_scale;
        let stride = support.ceil() as usize * 2 + 1;
        let mut made = Weights {
            first: Vec::with_capacity(target),
            count: Vec::with_capacity(target),
            weights: vec![0.0; target * stride],
            stride,
        };
        for index in 0..target {
            let center = from + (index as f64 + 0.5) * scale;
            let first = ((center - support + 0.5) as i64).max(0) as usize;
            let end = ((center + support + 0.5) as i64).clamp(0, source as i64) as usize;
            let count = end.saturating_sub(first).min(stride);
            let row = &mut made.weights[index * stride..][..count];
            let mut sum = 0.0;
            for (x, weight) in row.iter_mut().enumerate() {
                *weight = (filter.weigh)(((x + first) as f64 - center + 0.5) * (1.0 / filter_scale));
                sum += *weight;
            }
            if sum != 0.0 {
                row.iter_mut().for_each(|weight| *weight /= sum);
            }
            made.first.push(first);
            made.count.push(count);
        }
        made
    }

    fn fixed(&self) -> Vec<i32> {
        let scaled = self.weights.iter().map(|weight| weight * f64::from(1u32 << PRECISION_BITS));
        scaled
            .map(|weight| if weight < 0.0 { (weight - 0.5) as i32 } else { (weight + 0.5) as i32 })
            .collect()
    }
}

/// One pass over bytes: `outer` rows, each of `length` places that lie `step` bytes apart, `inner` values each.
struct Pass<'a> {
    weights: &'a Weights,
    fixed: &'a [i32],
}

impl Pass<'_> {
    /// Shrinks or stretches rows; `depth` channels a pixel.
    fn across(&self, source: &[u8], width: usize, depth: usize) -> Vec<u8> {
        let target = self.weights.first.len();
        let rows = source.len().checked_div(width * depth).unwrap_or(0);
        let mut out = vec![0u8; rows * target * depth];
        for row in 0..rows {
            let line = &source[row * width * depth..][..width * depth];
            let made = &mut out[row * target * depth..][..target * depth];
            for (index, pixel) in made.chunks_exact_mut(depth).enumerate() {
                let weights = &self.fixed[index * self.weights.stride..][..self.weights.count[index]];
                let window = &line[self.weights.first[index] * depth..];
                for (channel, value) in pixel.iter_mut().enumerate() {
                    let mut sum = 1i32 << (PRECISION_BITS - 1);
                    for (weight, pixel) in weights.iter().zip(window.chunks_exact(depth)) {
                        sum = sum.wrapping_add(i32::from(pixel[channel]) * weight);
                    }
                    *value = crate::clip8(sum >> PRECISION_BITS);
                }
            }
        }
        out
    }

    fn down(&self, source: &[u8], row_bytes: usize) -> Vec<u8> {
        let target = self.weights.first.len();
        let mut out = vec![0u8; target * row_bytes];
        let mut sums = vec![0i32; row_bytes];
        for index in 0..target {
            let weights = &self.fixed[index * self.weights.stride..][..self.weights.count[index]];
            sums.fill(1i32 << (PRECISION_BITS - 1));
            for (offset, weight) in weights.iter().enumerate() {
                let row = &source[(self.weights.first[index] + offset) * row_bytes..][..row_bytes];
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum = sum.wrapping_add(i32::from(*value) * weight);
                }
            }
            for (value, sum) in out[index * row_bytes..][..row_bytes].iter_mut().zip(&sums) {
                *value = crate::clip8(sum >> PRECISION_BITS);
            }
        }
        out
    }
}

/// `width height depth kind new_width new_height filter left top right bottom`, pixels.
/// `kind`: 0 bytes, 1 whole numbers of 32 bits, 2 floats.
pub(crate) fn resize(given: &Arguments) -> Outcome {
    let (width, height, depth, kind) = (given.size(0)?, given.size(1)?, given.depth(2)?, given.size(3)?);
    let (new_width, new_height) = (given.size(4)?, given.size(5)?);
    let filter = filter_of(given.size(6)?)?;
    let [left, top, right, bottom] = given.numbers_from(7) else {
        return Err(Failure::new("an argument is missing"));
    };
    if width == 0 || height == 0 || !(*left >= 0.0 && *top >= 0.0) {
        return Err(Failure::new("Box offset can't be negative"));
    }
    if *right > width as f64 || *bottom > height as f64 || right < left || bottom < top {
        return Err(Failure::new("Box can't exceed original image size"));
    }
    let pixels = given.pixels(0, width, height, depth)?;
    let across = new_width != width || *left != 0.0 || *right != width as f64;
    let down = new_height != height || *top != 0.0 || *bottom != height as f64;
    let horizontal = Weights::new(width, *left, *right, new_width, &filter);
    let vertical = Weights::new(height, *top, *bottom, new_height, &filter);
    if kind != 0 {
        return Ok(resize_numbers(pixels, width, [across, down], &horizontal, &vertical, kind));
    }
    let across_of =
        |now: &[u8]| Pass { weights: &horizontal, fixed: &horizontal.fixed() }.across(now, width, depth);
    let down_of = |now: &[u8], width: usize| {
        Pass { weights: &vertical, fixed: &vertical.fixed() }.down(now, width * depth)
    };
    Ok(match (across, down) {
        (false, false) => pixels.to_vec(),
        (true, false) => across_of(pixels),
        (false, true) => down_of(pixels, width),
        (true, true) if down_comes_first([width, height], [new_width, new_height]) => {
            across_of(&down_of(pixels, width))
        }
        (true, true) => down_of(&across_of(pixels), new_width),
    })
}

/// Rounding lies between the two passes, so their order shows. Source: answers of Pillow 13 for 400 sizes.
fn down_comes_first([width, height]: [usize; 2], [new_width, new_height]: [usize; 2]) -> bool {
    let lost = |old: usize, new: usize| old as i64 - new as i64;
    new_height < height && lost(height, new_height) > 2 * lost(width, new_width)
}

/// Modes I and F: one number of 32 bits a pixel, summed as doubles.
fn resize_numbers(
    pixels: &[u8],
    width: usize,
    [across, down]: [bool; 2],
    horizontal: &Weights,
    vertical: &Weights,
    kind: usize,
) -> Vec<u8> {
    let read = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if kind == 1 { f64::from(i32::from_le_bytes(bytes)) } else { f64::from(f32::from_le_bytes(bytes)) }
    };
    // What lies between the two passes has the precision of the mode.
    let settle = |sum: f64| match kind {
        1 => f64::from(if sum >= 0.0 { (sum + 0.5).floor() as i32 } else { -((-sum + 0.5).floor() as i32) }),
        _ => f64::from(sum as f32),
    };
    let mut now: Vec<f64> = pixels.chunks_exact(4).map(read).collect();
    let mut row_length = width;
    if across {
        let target = horizontal.first.len();
        let rows = now.len() / width;
        let mut out = Vec::with_capacity(rows * target);
        for line in now.chunks_exact(width) {
            for index in 0..target {
                let weights = &horizontal.weights[index * horizontal.stride..][..horizontal.count[index]];
                let window = &line[horizontal.first[index]..];
                out.push(settle(weights.iter().zip(window).map(|(weight, value)| weight * value).sum()));
            }
        }
        (now, row_length) = (out, target);
    }
    if down {
        let mut out = Vec::with_capacity(vertical.first.len() * row_length);
        for index in 0..vertical.first.len() {
            let weights = &vertical.weights[index * vertical.stride..][..vertical.count[index]];
            for x in 0..row_length {
                let value = |offset: usize| now[(vertical.first[index] + offset) * row_length + x];
                out.push(settle(weights.iter().enumerate().map(|(at, weight)| weight * value(at)).sum()));
            }
        }
        now = out;
    }
    let write = |value: &f64| match kind {
        1 => (*value as i32).to_le_bytes(),
        _ => (*value as f32).to_le_bytes(),
    };
    now.iter().flat_map(write).collect()
}

/// `width height depth factor_x factor_y left top right bottom`, pixels: the mean of each block of pixels.
pub(crate) fn reduce(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let (factor_x, factor_y) = (given.size(3)?, given.size(4)?);
    let (left, top, right, bottom) = (given.size(5)?, given.size(6)?, given.size(7)?, given.size(8)?);
    let pixels = given.pixels(0, width, height, depth)?;
    if factor_x == 0 || factor_y == 0 || right > width || bottom > height || left >= right || top >= bottom {
        return Err(Failure::new("Box can't exceed original image size"));
    }
    let (new_width, new_height) = ((right - left).div_ceil(factor_x), (bottom - top).div_ceil(factor_y));
    let mut out = Vec::with_capacity(new_width * new_height * depth);
    for y in 0..new_height {
        let (y0, y1) = (top + y * factor_y, (top + (y + 1) * factor_y).min(bottom));
        for x in 0..new_width {
            let (x0, x1) = (left + x * factor_x, (left + (x + 1) * factor_x).min(right));
            let count = ((x1 - x0) * (y1 - y0)) as u32;
            // Pillow multiplies by the reciprocal in 24 bits; so the last level may differ from a division.
            let multiplier = ((1u64 << 24) / u64::from(count)) as u32;
            for channel in 0..depth {
                let mut sum = count / 2;
                for row in y0..y1 {
                    for column in x0..x1 {
                        sum += u32::from(pixels[(row * width + column) * depth + channel]);
                    }
                }
                out.push(((u64::from(sum) * u64::from(multiplier)) >> 24) as u8);
            }
        }
    }
    Ok(out)
}
