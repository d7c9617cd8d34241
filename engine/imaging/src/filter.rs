//! Filters over a neighbourhood: kernels of 3x3 and 5x5, ranks, the most frequent value.

use crate::{Arguments, Failure, Outcome};

/// `width height depth size offset weight...`, pixels. The weights are already divided by the scale; the edge,
/// where the kernel does not fit, stays as it is.
pub(crate) fn kernel(given: &Arguments) -> Outcome {
    let (width, height, depth, size) = (given.size(0)?, given.size(1)?, given.depth(2)?, given.size(3)?);
    let offset = given.number(4)? as f32 + 0.5;
    let weights: Vec<f32> = given.numbers_from(5).iter().map(|weight| *weight as f32).collect();
    if weights.len() != size * size || size.is_multiple_of(2) {
        return Err(Failure::new("bad kernel size"));
    }
    let pixels = given.pixels(0, width, height, depth)?;
    let mut out = pixels.to_vec();
    let margin = size / 2;
    for y in margin..height.saturating_sub(margin) {
        for x in margin..width.saturating_sub(margin) {
            for channel in 0..depth {
                let mut sum = offset;
                for (row, weights) in weights.chunks_exact(size).enumerate() {
                    // The first row of the kernel is the lowest.
                    let start = ((y + margin - row) * width + x - margin) * depth + channel;
                    let mut part = 0.0;
                    for (column, weight) in weights.iter().enumerate() {
                        part += f32::from(pixels[start + column * depth]) * weight;
                    }
                    sum += part;
                }
                out[(y * width + x) * depth + channel] = sum.clamp(0.0, 255.0) as u8;
            }
        }
    }
    Ok(out)
}

/// The bytes of a window, the edge's pixels repeated beyond the picture.
fn window(
    pixels: &[u8],
    width: usize,
    height: usize,
    at: (usize, usize),
    margin: usize,
    found: &mut Vec<u8>,
) {
    found.clear();
    let margin = margin as i64;
    for dy in -margin..=margin {
        let y = (at.1 as i64 + dy).clamp(0, height as i64 - 1) as usize;
        for dx in -margin..=margin {
            let x = (at.0 as i64 + dx).clamp(0, width as i64 - 1) as usize;
            found.push(pixels[y * width + x]);
        }
    }
}

/// `width height size rank`, pixels of one channel.
pub(crate) fn rank(given: &Arguments) -> Outcome {
    let (width, height, size, rank) = (given.size(0)?, given.size(1)?, given.size(2)?, given.size(3)?);
    if size.is_multiple_of(2) || rank >= size * size {
        return Err(Failure::new("bad rank value"));
    }
    let pixels = given.pixels(0, width, height, 1)?;
    let mut found = Vec::with_capacity(size * size);
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..height {
        for x in 0..width {
            window(pixels, width, height, (x, y), size / 2, &mut found);
            out.push(*found.select_nth_unstable(rank).1);
        }
    }
    Ok(out)
}

/// `width height size`, pixels of one channel. A value that occurs once or twice is no mode: the pixel stays.
pub(crate) fn most_frequent(given: &Arguments) -> Outcome {
    let (width, height, size) = (given.size(0)?, given.size(1)?, given.size(2)?);
    let pixels = given.pixels(0, width, height, 1)?;
    let margin = (size / 2) as i64;
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..height as i64 {
        for x in 0..width as i64 {
            let mut counts = [0u32; 256];
            // Here what lies beyond the picture does not count.
            for row in (y - margin).max(0)..=(y + margin).min(height as i64 - 1) {
                for column in (x - margin).max(0)..=(x + margin).min(width as i64 - 1) {
                    counts[usize::from(pixels[(row as usize) * width + column as usize])] += 1;
                }
            }
            let (mut best, mut most) = (0usize, counts[0]);
            for (value, count) in counts.iter().enumerate().skip(1) {
                if *count > most {
                    (best, most) = (value, *count);
                }
            }
            let own = pixels[y as usize * width + x as usize];
            out.push(if most > 2 { best as u8 } else { own });
        }
    }
    Ok(out)
}
