//! One pixel from one mode to another. Two modes that have no direct way are refused; Pillow's Python then goes
//! by way of RGB or L.

use crate::{clip8, mul_div_255};

/// Bytes of a pixel, for the modes that are converted here.
pub(crate) fn depth(mode: &str) -> Option<usize> {
    Some(match mode {
        "1" | "L" => 1,
        "I;16" | "I;16L" | "I;16B" | "LA" | "La" => 2,
        "RGB" | "YCbCr" | "HSV" => 3,
        "RGBA" | "RGBa" | "RGBX" | "CMYK" | "I" | "F" => 4,
        _ => return None,
    })
}

pub(crate) type Convert = fn(&[u8], &mut [u8]);

pub(crate) fn conversion(from: &str, to: &str) -> Option<Convert> {
    let from = if from == "1" { "L" } else { from };
    Some(match (from, to) {
        ("L", "1") => |from, to| to[0] = bilevel(from[0]),
        ("L", "L") => |from, to| to[0] = from[0],
        ("L", "LA" | "La") => |from, to| to.copy_from_slice(&[from[0], 255]),
        ("L", "RGB") => |from, to| to.fill(from[0]),
        ("L", "RGBA" | "RGBX") => |from, to| to.copy_from_slice(&[from[0], from[0], from[0], 255]),
        ("L", "CMYK") => |from, to| to.copy_from_slice(&[0, 0, 0, !from[0]]),
        ("L" | "LA", "YCbCr") => |from, to| to.copy_from_slice(&[from[0], 128, 128]),
        ("L" | "LA", "HSV") => |from, to| to.copy_from_slice(&[0, 0, from[0]]),
        ("L", "I") => |from, to| to.copy_from_slice(&i32::from(from[0]).to_le_bytes()),
        ("L", "F") => |from, to| to.copy_from_slice(&f32::from(from[0]).to_le_bytes()),
        ("L", "I;16") => |from, to| to.copy_from_slice(&u16::from(from[0]).to_le_bytes()),
        ("LA", "L") => |from, to| to[0] = from[0],
        ("LA", "La") => |from, to| to.copy_from_slice(&[mul_div_255(from[0], from[1]), from[1]]),
        ("La", "LA") => |from, to| to.copy_from_slice(&[divided(from[0], from[1]), from[1]]),
        ("LA", "RGB") => |from, to| to.fill(from[0]),
        ("LA", "RGBA" | "RGBX") => |from, to| to.copy_from_slice(&[from[0], from[0], from[0], from[1]]),
        ("LA", "CMYK") => |from, to| to.copy_from_slice(&[0, 0, 0, !from[0]]),
        ("RGB" | "RGBA" | "RGBX", "1") => |from, to| to[0] = if luma(from) >= 128_000 { 255 } else { 0 },
        ("RGB" | "RGBA" | "RGBX", "L") => |from, to| to[0] = (luma24(from) >> 16) as u8,
        ("RGB" | "RGBX", "LA" | "La") => |from, to| to.copy_from_slice(&[(luma24(from) >> 16) as u8, 255]),
        ("RGBA", "LA") => |from, to| to.copy_from_slice(&[(luma24(from) >> 16) as u8, from[3]]),
        ("RGB" | "RGBA" | "RGBX", "I") => |from, to| to.copy_from_slice(&(luma24(from) >> 16).to_le_bytes()),
        ("RGB" | "RGBA" | "RGBX", "F") => {
            |from, to| to.copy_from_slice(&(luma(from) as f32 / 1000.0).to_le_bytes())
        }
        ("RGB", "RGBA" | "RGBa" | "RGBX") => |from, to| to.copy_from_slice(&[from[0], from[1], from[2], 255]),
        ("RGBA" | "RGBX", "RGB") => |from, to| to.copy_from_slice(&from[..3]),
        ("RGBX", "RGBA") | ("RGBA", "RGBX") => {
            |from, to| to.copy_from_slice(&[from[0], from[1], from[2], 255])
        }
        ("RGBA", "RGBa") => |from, to| {
            let times = |value| mul_div_255(value, from[3]);
            to.copy_from_slice(&[times(from[0]), times(from[1]), times(from[2]), from[3]]);
        },
        ("RGBa", "RGBA") => |from, to| {
            let by = |value| divided(value, from[3]);
            to.copy_from_slice(&[by(from[0]), by(from[1]), by(from[2]), from[3]]);
        },
        ("RGBa", "RGB") => |from, to| {
            let by = |value| divided(value, from[3]);
            to.copy_from_slice(&[by(from[0]), by(from[1]), by(from[2])]);
        },
        ("RGB" | "RGBA" | "RGBX", "CMYK") => {
            |from, to| to.copy_from_slice(&[!from[0], !from[1], !from[2], 0])
        }
        ("RGB" | "RGBA" | "RGBX", "YCbCr") => to_ycc,
        ("RGB" | "RGBA" | "RGBX", "HSV") => to_hsv,
        ("CMYK", "RGB") => from_cmyk,
        ("CMYK", "RGBA" | "RGBX") => from_cmyk,
        ("YCbCr", "L") => |from, to| to[0] = from[0],
        ("YCbCr", "LA") => |from, to| to.copy_from_slice(&[from[0], 255]),
        ("YCbCr", "RGB") => from_ycc,
        ("HSV", "RGB") => from_hsv,
        ("I", "L") => |from, to| to[0] = clip8(whole(from)),
        ("I", "F") => |from, to| to.copy_from_slice(&(whole(from) as f32).to_le_bytes()),
        ("I", "RGB") => |from, to| to.fill(clip8(whole(from))),
        ("I", "I;16") => |from, to| to.copy_from_slice(&(whole(from).clamp(0, 65535) as u16).to_le_bytes()),
        ("F", "L") => |from, to| to[0] = float(from).clamp(0.0, 255.0) as u8,
        ("F", "I") => |from, to| to.copy_from_slice(&(float(from) as i32).to_le_bytes()),
        ("I;16", "L") => |from, to| to[0] = if from[1] > 0 { 255 } else { from[0] },
        ("I;16", "I") => |from, to| to.copy_from_slice(&[from[0], from[1], 0, 0]),
        ("I;16", "F") => {
            |from, to| to.copy_from_slice(&f32::from(u16::from_le_bytes([from[0], from[1]])).to_le_bytes())
        }
        _ => return None,
    })
}

fn whole(bytes: &[u8]) -> i32 {
    i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn float(bytes: &[u8]) -> f32 {
    f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn bilevel(value: u8) -> u8 {
    if value >= 128 { 255 } else { 0 }
}

/// ITU-R 601-2 luma in thousandths.
pub(crate) fn luma(rgb: &[u8]) -> i32 {
    i32::from(rgb[0]) * 299 + i32::from(rgb[1]) * 587 + i32::from(rgb[2]) * 114
}

/// The same in 16 bits of fraction, rounded.
pub(crate) fn luma24(rgb: &[u8]) -> u32 {
    u32::from(rgb[0]) * 19595 + u32::from(rgb[1]) * 38470 + u32::from(rgb[2]) * 7471 + 0x8000
}

/// Takes a premultiplied value apart again.
fn divided(value: u8, alpha: u8) -> u8 {
    match alpha {
        0 | 255 => value,
        _ => clip8(255 * i32::from(value) / i32::from(alpha)),
    }
}

fn from_cmyk(from: &[u8], to: &mut [u8]) {
    let light = 255 - from[3];
    for (value, ink) in to.iter_mut().zip(&from[..3]) {
        *value = light.saturating_sub(mul_div_255(*ink, light));
    }
    if let Some(alpha) = to.get_mut(3) {
        *alpha = 255;
    }
}

/// A weight of the YCbCr conversions, rounded to six bits as Pillow's tables are.
fn ycc(weight: f64, value: i32) -> i32 {
    // Towards zero, which lets a negative weight come out one higher than its neighbour would.
    (weight * f64::from(value) * 64.0 + 0.5) as i32
}

fn to_ycc(from: &[u8], to: &mut [u8]) {
    let [r, g, b] = [i32::from(from[0]), i32::from(from[1]), i32::from(from[2])];
    to[0] = clip8((ycc(0.299, r) + ycc(0.587, g) + ycc(0.114, b)) >> 6);
    to[1] = clip8(((ycc(-0.16874, r) + ycc(-0.33126, g) + ycc(0.5, b)) >> 6) + 128);
    to[2] = clip8(((ycc(0.5, r) + ycc(-0.41869, g) + ycc(-0.08131, b)) >> 6) + 128);
}

fn from_ycc(from: &[u8], to: &mut [u8]) {
    let [y, cb, cr] = [i32::from(from[0]), i32::from(from[1]) - 128, i32::from(from[2]) - 128];
    to[0] = clip8(y + (ycc(1.402, cr) >> 6));
    to[1] = clip8(y + ((ycc(-0.34414, cb) + ycc(-0.71414, cr)) >> 6));
    to[2] = clip8(y + (ycc(1.772, cb) >> 6));
}

fn to_hsv(from: &[u8], to: &mut [u8]) {
    let (r, g, b) = (from[0], from[1], from[2]);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    if most == least {
        return to.copy_from_slice(&[0, 0, most]);
    }
    let range = f32::from(most - least);
    let part = |value: u8| f64::from(f32::from(most - value) / range);
    let (rc, gc, bc) = (part(r), part(g), part(b));
    let hue = if r == most {
        bc - gc
    } else if g == most {
        2.0 + rc - bc
    } else {
        4.0 + gc - rc
    };
    let turn = ((f64::from(hue as f32) / 6.0 + 1.0) % 1.0) as f32;
    let saturation = range / f32::from(most);
    to.copy_from_slice(&[
        clip8((f64::from(turn) * 255.0) as i32),
        clip8((f64::from(saturation) * 255.0) as i32),
        most,
    ]);
}

fn from_hsv(from: &[u8], to: &mut [u8]) {
    let (hue, saturation, value) = (from[0], from[1], from[2]);
    if saturation == 0 {
        return to.fill(value);
    }
    let sixth = f64::from(hue) * 6.0 / 255.0;
    let index = sixth.floor() as i32;
    let fraction = (sixth - f64::from(index)) as f32;
    let strength = f32::from(saturation) / 255.0;
    let scaled = |factor: f32| clip8((f64::from(f32::from(value) * factor) + 0.5).floor() as i32);
    let p = scaled(1.0 - strength);
    let q = scaled(1.0 - strength * fraction);
    let t = scaled(1.0 - strength * (1.0 - fraction));
    to.copy_from_slice(&match index % 6 {
        0 => [value, t, p],
        1 => [q, value, p],
        2 => [p, value, t],
        3 => [p, q, value],
        4 => [t, p, value],
        _ => [value, p, q],
    });
}
