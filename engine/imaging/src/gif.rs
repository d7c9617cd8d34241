//! GIF's compression: LZW with codes of growing width. Source: GIF89a Specification, appendix F.

use crate::{Arguments, Failure, Outcome};

const MOST_CODES: usize = 4096;
const LONGEST_CODE: u32 = 12;

/// `bits count`, the data of the blocks joined: as many indices.
pub(crate) fn decode(given: &Arguments) -> Outcome {
    let (bits, count) = (given.size(0)? as u32, given.size(1)?);
    if bits > 8 {
        return Err(Failure::new("broken data stream"));
    }
    let (clear, end) = (1usize << bits, (1usize << bits) + 1);
    // Each code is the text of an earlier one and one byte more.
    let mut prefix = vec![0u16; MOST_CODES];
    let mut last = vec![0u8; MOST_CODES];
    let (mut next, mut width) = (end + 1, bits + 1);
    let mut previous: Option<usize> = None;
    let mut first_of_previous = 0u8;
    let (mut held, mut held_bits) = (0u32, 0u32);
    let mut out = Vec::with_capacity(count);
    let mut stack = Vec::new();
    for byte in given.bytes(0)? {
        if out.len() >= count {
            break;
        }
        held |= u32::from(*byte) << held_bits;
        held_bits += 8;
        while held_bits >= width && out.len() < count {
            let code = (held & ((1 << width) - 1)) as usize;
            held >>= width;
            held_bits -= width;
            if code == clear {
                (next, width, previous) = (end + 1, bits + 1, None);
                continue;
            }
            if code == end {
                return Ok(out);
            }
            let known = code < clear || (code > end && code < next);
            let mut walk = match previous {
                _ if known => code,
                Some(previous) if code == next => {
                    stack.push(first_of_previous);
                    previous
                }
                _ => return Err(Failure::new("broken data stream")),
            };
            while walk > end {
                stack.push(last[walk]);
                walk = usize::from(prefix[walk]);
            }
            first_of_previous = walk as u8;
            out.push(walk as u8);
            out.extend(stack.drain(..).rev());
            if let Some(previous) = previous
                && next < MOST_CODES
            {
                (prefix[next], last[next]) = (previous as u16, first_of_previous);
                next += 1;
                if next == 1 << width && width < LONGEST_CODE {
                    width += 1;
                }
            }
            previous = Some(code);
        }
    }
    out.truncate(count);
    Ok(out)
}

/// `bits`, the indices: the compressed data, not yet in blocks.
pub(crate) fn encode(given: &Arguments) -> Outcome {
    let bits = given.size(0)? as u32;
    if !(2..=8).contains(&bits) {
        return Err(Failure::new("bad number of bits"));
    }
    let (clear, end) = (1u32 << bits, (1u32 << bits) + 1);
    let mut out = Vec::new();
    let (mut held, mut held_bits) = (0u32, 0u32);
    let mut put = |code: u32, width: u32, out: &mut Vec<u8>| {
        held |= code << held_bits;
        held_bits += width;
        while held_bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            held_bits -= 8;
        }
    };
    // The code of a text and one byte more, 0 where there is none.
    let mut table = vec![0u16; MOST_CODES << 8];
    let (mut next, mut width) = (end + 1, bits + 1);
    put(clear, width, &mut out);
    let mut pixels = given.bytes(0)?.iter().map(|index| u32::from(*index) & (clear - 1));
    let Some(mut text) = pixels.next() else {
        put(end, width, &mut out);
        put(0, 7, &mut out);
        return Ok(out);
    };
    for index in pixels {
        let place = (text << 8 | index) as usize;
        if table[place] != 0 {
            text = u32::from(table[place]);
            continue;
        }
        put(text, width, &mut out);
        if next < MOST_CODES as u32 {
            table[place] = next as u16;
            if next == 1 << width {
                width += 1;
            }
            next += 1;
        } else {
            put(clear, width, &mut out);
            table.fill(0);
            (next, width) = (end + 1, bits + 1);
        }
        text = index;
    }
    put(text, width, &mut out);
    if next == 1 << width && width < LONGEST_CODE {
        width += 1;
    }
    put(end, width, &mut out);
    put(0, 7, &mut out);
    Ok(out)
}
