//! JPEG: read by zune-jpeg, written by jpeg-encoder.

use crate::{Arguments, Failure, Outcome};
use jpeg_encoder::{ColorType, Encoder, QuantizationTableType, SamplingFactor};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// A file, and the mode wanted (`L`, `RGB`, `YCbCr`, `CMYK`): width and height (u32 each), then pixels.
/// Adobe's CMYK is stored inverted, and stays so here: Pillow's Python turns it.
pub(crate) fn decode(given: &Arguments) -> Outcome {
    let space = match given.bytes(1)? {
        b"L" => ColorSpace::Luma,
        b"RGB" => ColorSpace::RGB,
        b"YCbCr" => ColorSpace::YCbCr,
        b"CMYK" => ColorSpace::CMYK,
        _ => return Err(Failure::new("unknown raw mode")),
    };
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(space)
        .set_max_width(65535)
        .set_max_height(65535)
        .set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(given.bytes(0)?), options);
    let pixels = decoder.decode().map_err(|error| Failure::new(format!("{error:?}")))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| Failure::new("broken data stream"))?;
    let mut out = Vec::with_capacity(pixels.len() + 8);
    out.extend((width as u32).to_le_bytes());
    out.extend((height as u32).to_le_bytes());
    out.extend(pixels);
    Ok(out)
}

/// `width height quality subsampling progressive density`, pixels, their mode, tables of 64
/// numbers (u16) where some are given (`optimize` would write a scan for each channel, which few programs read). `subsampling`: 0 4:4:4, 1 4:2:2, 2 4:2:0.
pub(crate) fn encode(given: &Arguments) -> Outcome {
    let (width, height, quality) = (given.size(0)?, given.size(1)?, given.size(2)?);
    let color = match given.bytes(1)? {
        b"L" => ColorType::Luma,
        b"RGB" => ColorType::Rgb,
        b"RGBX" => ColorType::Rgba,
        b"YCbCr" => ColorType::Ycbcr,
        b"CMYK" => ColorType::CmykAsYcck,
        _ => return Err(Failure::new("unknown raw mode")),
    };
    let (Ok(short_width), Ok(short_height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(Failure::new("encoder error"));
    };
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality.clamp(1, 100) as u8);
    encoder.set_sampling_factor(match given.size(3)? {
        0 => SamplingFactor::F_1_1,
        1 => SamplingFactor::F_2_1,
        _ => SamplingFactor::F_2_2,
    });
    encoder.set_progressive(given.size(4)? != 0);
    let density = u16::try_from(given.size(5)?).unwrap_or(0);
    if density > 0 {
        encoder.set_density(jpeg_encoder::PixelDensity::dpi(density));
    }
    let tables: Vec<[u16; 64]> = given
        .bytes(2)?
        .chunks_exact(128)
        .map(|table| {
            std::array::from_fn(|index| u16::from_le_bytes([table[index * 2], table[index * 2 + 1]]))
        })
        .collect();
    if let Some(luma) = tables.first() {
        let chroma = tables.get(1).unwrap_or(luma);
        let table = |values: &[u16; 64]| QuantizationTableType::Custom(Box::new(*values));
        encoder.set_quantization_tables(table(luma), table(chroma));
    }
    encoder
        .encode(given.bytes(0)?, short_width, short_height, color)
        .map_err(|error| Failure::new(error.to_string()))?;
    Ok(file)
}
