//! One picture onto another: pasting with masks, compositing, blending.

use crate::{Arguments, Failure, Outcome, div_255};

/// `width height depth left top right bottom alpha_channel fills mask_kind`, the pixels pasted on, what is pasted
/// (a picture of the box's size, or one colour where `fills`), the mask. `alpha_channel` is -1 where there is
/// none; `mask_kind`: 0 none, 1 all or nothing, 2 levels, 3 levels for colours that are already multiplied.
pub(crate) fn paste(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let [left, top, right, bottom] =
        [given.integer(3)?, given.integer(4)?, given.integer(5)?, given.integer(6)?];
    let (alpha_channel, fills, kind) = (given.integer(7)?, given.size(8)? != 0, given.size(9)?);
    if right < left || bottom < top {
        return Err(Failure::new("images do not match"));
    }
    let (box_width, box_height) = ((right - left) as usize, (bottom - top) as usize);
    let mut out = given.pixels(0, width, height, depth)?.to_vec();
    let source = match fills {
        true => given.pixels(1, 1, 1, depth)?,
        false => given.pixels(1, box_width, box_height, depth)?,
    };
    let mask = if kind == 0 { &[][..] } else { given.pixels(2, box_width, box_height, 1)? };
    for y in top.max(0)..bottom.min(height as i64) {
        for x in left.max(0)..right.min(width as i64) {
            let index = (y - top) as usize * box_width + (x - left) as usize;
            let from = if fills { source } else { &source[index * depth..][..depth] };
            let to = &mut out[(y as usize * width + x as usize) * depth..][..depth];
            match kind {
                0 => to.copy_from_slice(from),
                1 if mask[index] != 0 => to.copy_from_slice(from),
                1 => {}
                2 => mix(to, from, mask[index], if fills { alpha_channel } else { -1 }),
                _ => premultiplied(to, from, mask[index]),
            }
        }
    }
    Ok(out)
}

/// A colour that is filled in takes the place of what cannot be seen, whatever the mask says.
fn mix(to: &mut [u8], from: &[u8], mask: u8, alpha_channel: i64) {
    let unseen = alpha_channel >= 0 && to[alpha_channel as usize] == 0 && mask != 0;
    for (channel, (to, from)) in to.iter_mut().zip(from).enumerate() {
        let mask = if unseen && channel as i64 != alpha_channel { 255 } else { u32::from(mask) };
        *to = div_255(u32::from(*to) * (255 - mask) + u32::from(*from) * mask);
    }
}

fn premultiplied(to: &mut [u8], from: &[u8], mask: u8) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = from.saturating_add(div_255(u32::from(*to) * (255 - u32::from(mask))));
    }
}

/// `depth` (2 or 4), the lower pixels, the upper pixels.
pub(crate) fn alpha_composite(given: &Arguments) -> Outcome {
    let depth = given.depth(0)?;
    let (lower, upper) = (given.bytes(0)?, given.bytes(1)?);
    if lower.len() != upper.len() || depth < 2 {
        return Err(Failure::new("images do not match"));
    }
    let alpha = depth - 1;
    let mut out = Vec::with_capacity(lower.len());
    for (lower, upper) in lower.chunks_exact(depth).zip(upper.chunks_exact(depth)) {
        if upper[alpha] == 0 {
            out.extend_from_slice(lower);
            continue;
        }
        let (below, above) = (u32::from(lower[alpha]), u32::from(upper[alpha]));
        let whole = above * 255 + below * (255 - above);
        // Seven bits more than the result has.
        let weight = above * 255 * 255 * 128 / whole;
        let shift = |value: u32| ((value >> 8) + value) >> 8;
        for channel in 0..alpha {
            let sum = u32::from(upper[channel]) * weight + u32::from(lower[channel]) * (255 * 128 - weight);
            out.push((shift(sum + (0x80 << 7)) >> 7) as u8);
        }
        out.push(shift(whole + 0x80) as u8);
    }
    Ok(out)
}

/// `alpha`, two pictures: between them, or beyond.
pub(crate) fn blend(given: &Arguments) -> Outcome {
    let alpha = given.number(0)? as f32;
    let (one, two) = (given.bytes(0)?, given.bytes(1)?);
    if one.len() != two.len() {
        return Err(Failure::new("images do not match"));
    }
    let mix = |(one, two): (&u8, &u8)| {
        let (one, two) = (i32::from(*one), i32::from(*two));
        (one as f32 + alpha * (two - one) as f32).clamp(0.0, 255.0) as u8
    };
    Ok(one.iter().zip(two).map(mix).collect())
}
