//! PNG's row filters; the compression around them is Python's zlib. Source: PNG Specification, section 9.

use crate::{Arguments, Failure, Outcome};

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i32::from(left), i32::from(up), i32::from(corner));
    let estimate = a + b - c;
    let (to_left, to_up, to_corner) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

fn predicted(kind: u8, left: u8, up: u8, corner: u8) -> u8 {
    match kind {
        1 => left,
        2 => up,
        3 => ((u16::from(left) + u16::from(up)) / 2) as u8,
        4 => paeth(left, up, corner),
        _ => 0,
    }
}

/// `row_bytes pixel_bytes`, filtered rows, each behind its filter's number: the rows.
pub(crate) fn rows(given: &Arguments) -> Outcome {
    let (row_bytes, step) = (given.size(0)?, given.size(1)?.max(1));
    let filtered = given.bytes(0)?;
    let mut out: Vec<u8> = Vec::with_capacity(filtered.len());
    let mut before = vec![0u8; row_bytes];
    for row in filtered.chunks_exact(row_bytes + 1) {
        let kind = row[0];
        if kind > 4 {
            return Err(Failure::new("broken data stream"));
        }
        let start = out.len();
        for (index, value) in row[1..].iter().enumerate() {
            let left = if index >= step { out[start + index - step] } else { 0 };
            let corner = if index >= step { before[index - step] } else { 0 };
            out.push(value.wrapping_add(predicted(kind, left, before[index], corner)));
        }
        before.copy_from_slice(&out[start..]);
    }
    Ok(out)
}

/// `row_bytes pixel_bytes adaptive`, rows: each with the filter whose differences are smallest, in Pillow's order.
pub(crate) fn filter(given: &Arguments) -> Outcome {
    let (row_bytes, step, adaptive) = (given.size(0)?, given.size(1)?.max(1), given.size(2)? != 0);
    let pixels = given.bytes(0)?;
    if row_bytes == 0 {
        return Ok(Vec::new());
    }
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / row_bytes);
    let mut before: &[u8] = &vec![0u8; row_bytes];
    let mut tried = vec![0u8; row_bytes];
    let mut best = vec![0u8; row_bytes];
    for row in pixels.chunks_exact(row_bytes) {
        // Small differences of either sign compress well.
        let weight = |row: &[u8]| -> u64 {
            row.iter().map(|value| u64::from((*value).min(value.wrapping_neg()))).sum()
        };
        let mut chosen = 0;
        best.copy_from_slice(row);
        if adaptive {
            let mut least = weight(row);
            for kind in [2, 1, 3, 4] {
                for (index, value) in row.iter().enumerate() {
                    let left = if index >= step { row[index - step] } else { 0 };
                    let corner = if index >= step { before[index - step] } else { 0 };
                    tried[index] = value.wrapping_sub(predicted(kind, left, before[index], corner));
                }
                let sum = weight(&tried);
                if sum < least {
                    (least, chosen) = (sum, kind);
                    best.copy_from_slice(&tried);
                }
            }
        }
        out.push(chosen);
        out.extend_from_slice(&best);
        before = row;
    }
    Ok(out)
}
