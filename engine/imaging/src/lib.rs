//! Pixels for Pillow: what Pillow's C core computes, for the Python sandbox.
//!
//! Pillow's own Python sources run unmodified in the tab; `python/PIL/_imaging.py` stands where its C module
//! would, and calls this crate. There is no state: each call gets its pixels as bytes (rows without padding,
//! channels side by side) and gives bytes back. The arithmetic is Pillow's, integer for integer, where
//! Pillow's documentation or its results define it; `tests/pillow/cases.json` holds answers of the real one.
//! Start reading at [`call`].

mod abi;
mod affine;
mod blur;
mod chops;
mod color;
mod convert;
mod filter;
mod gif;
mod jpeg;
mod paste;
mod png;
mod quantize;
mod resample;
mod webp;

use std::fmt;

/// Why a call has no result.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Failure(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

pub(crate) type Outcome = Result<Vec<u8>, Failure>;

/// A call's arguments, checked as they are taken.
pub(crate) struct Arguments<'a> {
    numbers: &'a [f64],
    buffers: &'a [&'a [u8]],
}

impl<'a> Arguments<'a> {
    pub fn number(&self, index: usize) -> Result<f64, Failure> {
        self.numbers.get(index).copied().ok_or_else(|| Failure::new("an argument is missing"))
    }

    /// A size, a count, a channel: a whole number that is not negative.
    pub fn size(&self, index: usize) -> Result<usize, Failure> {
        let number = self.number(index)?;
        match (0.0..4_294_967_296.0).contains(&number) {
            true => Ok(number as usize),
            false => Err(Failure::new("an argument is out of range")),
        }
    }

    /// Bytes of a pixel.
    pub fn depth(&self, index: usize) -> Result<usize, Failure> {
        match self.size(index)? {
            depth @ 1..=4 => Ok(depth),
            _ => Err(Failure::new("image has wrong mode")),
        }
    }

    pub fn integer(&self, index: usize) -> Result<i64, Failure> {
        Ok(self.number(index)? as i64)
    }

    pub fn numbers_from(&self, index: usize) -> &'a [f64] {
        self.numbers.get(index..).unwrap_or_default()
    }

    pub fn bytes(&self, index: usize) -> Result<&'a [u8], Failure> {
        self.buffers.get(index).copied().ok_or_else(|| Failure::new("a buffer is missing"))
    }

    /// Pixels of exactly that size.
    pub fn pixels(
        &self,
        index: usize,
        width: usize,
        height: usize,
        depth: usize,
    ) -> Result<&'a [u8], Failure> {
        let bytes = self.bytes(index)?;
        let expected = width.checked_mul(height).and_then(|count| count.checked_mul(depth));
        match expected == Some(bytes.len()) {
            true => Ok(bytes),
            false => Err(Failure::new("a buffer does not fit its size")),
        }
    }
}

/// Runs one operation.
pub fn call(name: &str, numbers: &[f64], buffers: &[&[u8]]) -> Outcome {
    let given = Arguments { numbers, buffers };
    match name {
        "resize" => resample::resize(&given),
        "reduce" => resample::reduce(&given),
        "transform" => affine::transform(&given),
        "box_blur" => blur::box_blur(&given),
        "unsharp" => blur::unsharp(&given),
        "kernel" => filter::kernel(&given),
        "rank" => filter::rank(&given),
        "most_frequent" => filter::most_frequent(&given),
        "convert" => convert::convert(&given),
        "matrix" => convert::matrix(&given),
        "to_bilevel" => convert::to_bilevel(&given),
        "to_palette" => convert::to_palette(&given),
        "quantize" => quantize::quantize(&given),
        "paste" => paste::paste(&given),
        "alpha_composite" => paste::alpha_composite(&given),
        "blend" => paste::blend(&given),
        "chop" => chops::chop(&given),
        "histogram" => chops::histogram(&given),
        "bounds" => chops::bounds(&given),
        "transpose" => chops::transpose(&given),
        "png_rows" => png::rows(&given),
        "png_filter" => png::filter(&given),
        "gif_decode" => gif::decode(&given),
        "gif_encode" => gif::encode(&given),
        "jpeg_decode" => jpeg::decode(&given),
        "jpeg_encode" => jpeg::encode(&given),
        "webp_decode" => webp::decode(&given),
        "webp_encode" => webp::encode(&given),
        _ => Err(Failure::new(format!("there is no operation `{name}`"))),
    }
}

/// Rounds to eight bits, as all of Pillow's integer code does.
pub(crate) fn clip8(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// `a * b / 255`, rounded.
pub(crate) fn mul_div_255(a: u8, b: u8) -> u8 {
    div_255(u32::from(a) * u32::from(b))
}

/// `value / 255`, rounded, for values up to 255 * 255.
pub(crate) fn div_255(value: u32) -> u8 {
    let shifted = value + 128;
    (((shifted >> 8) + shifted) >> 8) as u8
}
