//! Whole pictures from one mode to another, with error diffusion where the target has few colours.

use crate::{Arguments, Failure, Outcome, clip8, color};

fn text<'a>(given: &Arguments<'a>, index: usize) -> Result<&'a str, Failure> {
    std::str::from_utf8(given.bytes(index)?).map_err(|_| Failure::new("a mode is no text"))
}

/// Pixels, the mode they have, the mode wanted.
pub(crate) fn convert(given: &Arguments) -> Outcome {
    let (pixels, from, to) = (given.bytes(0)?, text(given, 1)?, text(given, 2)?);
    let unsupported = || Failure::new(format!("conversion from {from} to {to} not supported"));
    let convert = color::conversion(from, to).ok_or_else(unsupported)?;
    let depth = color::depth(from).ok_or_else(unsupported)?;
    let new_depth = color::depth(to).ok_or_else(unsupported)?;
    let mut out = vec![0u8; pixels.len() / depth * new_depth];
    for (from, to) in pixels.chunks_exact(depth).zip(out.chunks_exact_mut(new_depth)) {
        convert(from, to);
    }
    Ok(out)
}

/// `depth m0 m1 ...` (4 or 12 entries), pixels of RGB or of a mode that begins so.
pub(crate) fn matrix(given: &Arguments) -> Outcome {
    let depth = given.depth(0)?;
    let rows: Vec<&[f64]> = given.numbers_from(1).chunks_exact(4).collect();
    if depth < 3 || rows.is_empty() {
        return Err(Failure::new("illegal conversion"));
    }
    let mut out = Vec::with_capacity(given.bytes(0)?.len() / depth * rows.len());
    for pixel in given.bytes(0)?.chunks_exact(depth) {
        for row in &rows {
            let weighed = |channel: usize| row[channel] as f32 * f32::from(pixel[channel]);
            let value = weighed(0) + weighed(1) + weighed(2) + row[3] as f32 + 0.5;
            out.push(clip8(value as i32));
        }
    }
    Ok(out)
}

/// What Floyd and Steinberg leave to the neighbours: 7/16 to the right, 3, 5 and 1 below.
#[derive(Default, Clone, Copy)]
struct Carried {
    right: i32,
    below: i32,
    below_left: i32,
}

impl Carried {
    /// Hands an error on; `below` takes what is complete for the pixel under the one to the left.
    fn spread(&mut self, error: i32, below: &mut i32) {
        *below = error * 3 + self.below_left;
        self.below_left = error * 5 + self.below;
        self.below = error;
        self.right = error * 7;
    }
}

/// `width height depth`, pixels of L or RGB: black and white with error diffusion.
pub(crate) fn to_bilevel(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let pixels = given.pixels(0, width, height, depth)?;
    let mut errors = vec![0i32; width + 1];
    let mut out = Vec::with_capacity(width * height);
    for row in pixels.chunks_exact((width * depth).max(1)) {
        let mut carried = Carried::default();
        for (x, pixel) in row.chunks_exact(depth).enumerate() {
            let light = if depth < 3 { i32::from(pixel[0]) } else { color::luma(pixel) / 1000 };
            let light = i32::from(clip8(light + (carried.right + errors[x + 1]) / 16));
            let chosen = if light > 128 { 255 } else { 0 };
            out.push(chosen);
            carried.spread(light - i32::from(chosen), &mut errors[x]);
        }
        errors[width] = carried.below_left;
    }
    Ok(out)
}

/// The nearest colours of a palette, found once for each colour of six bits a channel.
pub(crate) struct Nearest<'a> {
    palette: &'a [u8],
    found: Vec<u16>,
}

const UNKNOWN: u16 = 256;

impl<'a> Nearest<'a> {
    /// `palette` has three bytes a colour.
    pub fn new(palette: &'a [u8]) -> Self {
        Nearest { palette, found: vec![UNKNOWN; 64 * 64 * 64] }
    }

    pub fn of(&mut self, rgb: [u8; 3]) -> u8 {
        let [r, g, b] = rgb.map(|value| usize::from(value >> 2));
        let place = &mut self.found[(r * 64 + g) * 64 + b];
        if *place == UNKNOWN {
            let corner = rgb.map(|value| i32::from(value & 0xfc));
            let (mut best, mut least) = (0, i32::MAX);
            for (index, color) in self.palette.chunks_exact(3).enumerate() {
                let distance: i32 =
                    corner.iter().zip(color).map(|(a, b)| (a - i32::from(*b)) * (a - i32::from(*b))).sum();
                if distance < least {
                    (best, least) = (index as u16, distance);
                }
            }
            *place = best;
        }
        *place as u8
    }
}

/// `width height depth dither`, pixels of RGB, the palette (three bytes a colour).
pub(crate) fn to_palette(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let dither = given.size(3)? != 0;
    let pixels = given.pixels(0, width, height, depth)?;
    let palette = given.bytes(1)?;
    if depth < 3 || palette.len() < 3 || palette.len() > 768 {
        return Err(Failure::new("bad palette"));
    }
    let mut nearest = Nearest::new(palette);
    let mut errors = vec![[0i32; 3]; width + 1];
    let mut out = Vec::with_capacity(width * height);
    for row in pixels.chunks_exact((width * depth).max(1)) {
        let mut carried = [Carried::default(); 3];
        for (x, pixel) in row.chunks_exact(depth).enumerate() {
            let mut wanted = [pixel[0], pixel[1], pixel[2]];
            if dither {
                for (channel, value) in wanted.iter_mut().enumerate() {
                    let error = carried[channel].right + errors[x + 1][channel];
                    *value = clip8(i32::from(*value) + error / 16);
                }
            }
            let index = nearest.of(wanted);
            out.push(index);
            if dither {
                for channel in 0..3 {
                    let chosen = palette[usize::from(index) * 3 + channel];
                    let error = i32::from(wanted[channel]) - i32::from(chosen);
                    carried[channel].spread(error, &mut errors[x][channel]);
                }
            }
        }
        // Pillow hands only the last channel's errors around the right edge.
        errors[width] = [carried[2].below_left, carried[2].below, carried[2].below];
    }
    Ok(out)
}
