//! Arithmetic between two pictures, what is counted in one, and turns of a quarter.

use crate::{Arguments, Failure, Outcome, clip8};

/// `number scale offset`, two pictures of the same size and mode.
pub(crate) fn chop(given: &Arguments) -> Outcome {
    let (number, scale, offset) = (given.size(0)?, given.number(1)? as f32, given.integer(2)? as i32);
    let (one, two) = (given.bytes(0)?, given.bytes(1)?);
    if one.len() != two.len() {
        return Err(Failure::new("images do not match"));
    }
    let operation: fn(i32, i32) -> i32 = match number {
        2 => |a, b| a * b / 255,
        3 => |a, b| 255 - (255 - a) * (255 - b) / 255,
        4 => |a, b| (a - b).abs(),
        5 => |a, b| a.max(b),
        6 => |a, b| a.min(b),
        7 => |a, b| (a + b) & 255,
        8 => |a, b| (a - b) & 255,
        9 => |a, b| (255 - a) * (a * b) / 65536 + a * (255 - (255 - a) * (255 - b) / 255) / 255,
        10 => |a, b| if b < 128 { a * b / 127 } else { 255 - (255 - b) * (255 - a) / 127 },
        11 => |a, b| if a < 128 { a * b / 127 } else { 255 - (255 - a) * (255 - b) / 127 },
        12 => |a, b| if a != 0 && b != 0 { 255 } else { 0 },
        13 => |a, b| if a != 0 || b != 0 { 255 } else { 0 },
        14 => |a, b| if (a != 0) != (b != 0) { 255 } else { 0 },
        _ => {
            let sign = if number == 0 { 1 } else { -1 };
            let sum = |(a, b): (&u8, &u8)| {
                let sum = i32::from(*a) + sign * i32::from(*b);
                clip8((sum as f32 / scale + offset as f32) as i32)
            };
            return Ok(one.iter().zip(two).map(sum).collect());
        }
    };
    Ok(one.iter().zip(two).map(|(a, b)| clip8(operation(i32::from(*a), i32::from(*b)))).collect())
}

/// `depth masked`, pixels, the mask: 256 counts (u32) for each channel.
pub(crate) fn histogram(given: &Arguments) -> Outcome {
    let depth = given.depth(0)?;
    let masked = given.size(1)? != 0;
    let pixels = given.bytes(0)?;
    let mask = if masked { given.bytes(1)? } else { &[] };
    if depth == 0 || (masked && mask.len() != pixels.len() / depth) {
        return Err(Failure::new("mask and image sizes do not match"));
    }
    let mut counts = vec![0u32; 256 * depth];
    for (index, pixel) in pixels.chunks_exact(depth).enumerate() {
        if masked && mask[index] == 0 {
            continue;
        }
        for (channel, value) in pixel.iter().enumerate() {
            counts[channel * 256 + usize::from(*value)] += 1;
        }
    }
    Ok(counts.into_iter().flat_map(u32::to_le_bytes).collect())
}

/// `width height depth from to`, pixels: the box (four u32) of what is not zero in the channels `from..to`;
/// nothing where all is zero.
pub(crate) fn bounds(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let (from, to) = (given.size(3)?, given.size(4)?);
    let pixels = given.pixels(0, width, height, depth)?;
    if from > to || to > depth {
        return Err(Failure::new("bad channel"));
    }
    let mut found: Option<[usize; 4]> = None;
    for (index, pixel) in pixels.chunks_exact(depth).enumerate() {
        if pixel[from..to].iter().any(|value| *value != 0) {
            let (x, y) = (index % width, index / width);
            let [left, top, right, _] = found.unwrap_or([x, y, x + 1, y + 1]);
            found = Some([left.min(x), top, right.max(x + 1), y + 1]);
        }
    }
    Ok(found.into_iter().flatten().flat_map(|value| (value as u32).to_le_bytes()).collect())
}

/// `width height depth method`, pixels, with Pillow's numbers of the methods.
pub(crate) fn transpose(given: &Arguments) -> Outcome {
    let (width, height, depth, method) = (given.size(0)?, given.size(1)?, given.depth(2)?, given.size(3)?);
    let pixels = given.pixels(0, width, height, depth)?;
    let turned = matches!(method, 2 | 4 | 5 | 6);
    let (new_width, new_height) = if turned { (height, width) } else { (width, height) };
    let mut out = Vec::with_capacity(pixels.len());
    for y in 0..new_height {
        for x in 0..new_width {
            let (from_x, from_y) = match method {
                0 => (width - 1 - x, y),
                1 => (x, height - 1 - y),
                2 => (width - 1 - y, x),
                3 => (width - 1 - x, height - 1 - y),
                4 => (y, height - 1 - x),
                5 => (y, x),
                6 => (width - 1 - y, height - 1 - x),
                _ => return Err(Failure::new("No such transpose operation")),
            };
            out.extend_from_slice(&pixels[(from_y * width + from_x) * depth..][..depth]);
        }
    }
    Ok(out)
}
