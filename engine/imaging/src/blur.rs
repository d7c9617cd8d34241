//! Box blur with fractional radii, in fixed point; a Gaussian is three of them (the radius is chosen in Python).

use crate::{Arguments, Outcome, clip8};

/// `width height depth radius_x radius_y passes`, pixels.
pub(crate) fn box_blur(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let (radius_x, radius_y, passes) = (given.number(3)?, given.number(4)?, given.size(5)?);
    let mut now = given.pixels(0, width, height, depth)?.to_vec();
    for _ in 0..passes {
        if radius_x > 0.0 {
            for y in 0..height {
                blur_line(&mut now, y * width * depth, depth, width, depth, radius_x);
            }
        }
    }
    for _ in 0..passes {
        if radius_y > 0.0 {
            for x in 0..width {
                blur_line(&mut now, x * depth, width * depth, height, depth, radius_y);
            }
        }
    }
    Ok(now)
}

/// Blurs `length` pixels that lie `step` bytes apart.
fn blur_line(pixels: &mut [u8], start: usize, step: usize, length: usize, depth: usize, float_radius: f64) {
    if length == 0 {
        return;
    }
    let float_radius = float_radius as f32;
    let radius = float_radius as i64;
    let whole = ((1u32 << 24) as f32 / (float_radius * 2.0 + 1.0)) as u32;
    let edge = ((1u32 << 24) - (radius as u32 * 2 + 1) * whole) / 2;
    let last = length as i64 - 1;
    let mut line = vec![0u32; length];
    for channel in 0..depth {
        for (index, value) in line.iter_mut().enumerate() {
            *value = u32::from(pixels[start + index * step + channel]);
        }
        // Beyond its ends the line goes on with its last pixels.
        let at = |index: i64| line[index.clamp(0, last) as usize];
        let mut sum: u32 = (-radius - 1..radius).map(at).fold(0, u32::wrapping_add);
        for index in 0..=last {
            sum = sum.wrapping_add(at(index + radius)).wrapping_sub(at(index - radius - 1));
            let ends = at(index - radius - 1) + at(index + radius + 1);
            let bulk = sum.wrapping_mul(whole).wrapping_add(ends.wrapping_mul(edge));
            pixels[start + index as usize * step + channel] = (bulk.wrapping_add(1 << 23) >> 24) as u8;
        }
    }
}

/// `width height depth percent threshold`, pixels and their blurred form.
pub(crate) fn unsharp(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let (percent, threshold) = (given.integer(3)? as i32, given.integer(4)? as i32);
    let sharp = given.pixels(0, width, height, depth)?;
    let blurred = given.pixels(1, width, height, depth)?;
    let mix = |(sharp, blurred): (&u8, &u8)| {
        let difference = i32::from(*sharp) - i32::from(*blurred);
        match difference.abs() > threshold {
            true => clip8(difference * percent / 100 + i32::from(*sharp)),
            false => *sharp,
        }
    };
    Ok(sharp.iter().zip(blurred).map(mix).collect())
}
