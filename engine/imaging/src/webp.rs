//! WebP: read in all its forms, written without loss (the lossy encoder exists in C only).

use crate::{Arguments, Failure, Outcome};
use image_webp::{ColorType, WebPDecoder, WebPEncoder};
use std::io::Cursor;

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// A file: width, height, whether it has alpha, frames, loops, background, then the lengths of the ICC, EXIF and XMP
/// parts (u32 each) and these parts; then for each frame its duration in ms (u32) and its pixels (RGB or RGBA).
pub(crate) fn decode(given: &Arguments) -> Outcome {
    let mut decoder = WebPDecoder::new(Cursor::new(given.bytes(0)?)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let has_alpha = decoder.has_alpha();
    let frames = if decoder.is_animated() { decoder.num_frames().max(1) } else { 1 };
    let loops = match decoder.loop_count() {
        image_webp::LoopCount::Forever => 0,
        image_webp::LoopCount::Times(times) => u32::from(times.get()),
    };
    let background = decoder.background_color_hint().unwrap_or([255, 255, 255, 255]);
    let parts = [
        decoder.icc_profile().map_err(broken)?.unwrap_or_default(),
        decoder.exif_metadata().map_err(broken)?.unwrap_or_default(),
        decoder.xmp_metadata().map_err(broken)?.unwrap_or_default(),
    ];
    let mut out = Vec::new();
    let background = u32::from_le_bytes(background);
    for number in [width, height, u32::from(has_alpha), frames, loops, background] {
        out.extend(number.to_le_bytes());
    }
    parts.iter().for_each(|part| out.extend((part.len() as u32).to_le_bytes()));
    parts.iter().for_each(|part| out.extend(part));
    let size = decoder.output_buffer_size().ok_or_else(|| Failure::new("the picture is too large"))?;
    let mut pixels = vec![0u8; size];
    for _ in 0..frames {
        let duration = match decoder.is_animated() {
            true => decoder.read_frame(&mut pixels).map_err(broken)?,
            false => decoder.read_image(&mut pixels).map(|()| 0).map_err(broken)?,
        };
        out.extend(duration.to_le_bytes());
        out.extend(&pixels);
    }
    Ok(out)
}

/// `width height depth`, pixels of RGB or RGBA, ICC profile, EXIF, XMP (each may be empty).
pub(crate) fn encode(given: &Arguments) -> Outcome {
    let (width, height, depth) = (given.size(0)?, given.size(1)?, given.depth(2)?);
    let pixels = given.pixels(0, width, height, depth)?;
    let color = if depth == 4 { ColorType::Rgba8 } else { ColorType::Rgb8 };
    let mut file = Vec::new();
    let mut encoder = WebPEncoder::new(&mut file);
    let part = |index: usize| given.bytes(index).map(<[u8]>::to_vec);
    let [icc, exif, xmp] = [part(1)?, part(2)?, part(3)?];
    if !icc.is_empty() {
        encoder.set_icc_profile(icc);
    }
    if !exif.is_empty() {
        encoder.set_exif_metadata(exif);
    }
    if !xmp.is_empty() {
        encoder.set_xmp_metadata(xmp);
    }
    encoder.encode(pixels, width as u32, height as u32, color).map_err(broken)?;
    Ok(file)
}
