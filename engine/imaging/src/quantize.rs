//! A palette for a picture: median cut over its colours. Pillow's own palettes may order or choose otherwise
//! where a picture has more colours than asked for; one that has fewer keeps each.

use crate::{Arguments, Failure, Outcome};
use std::collections::BTreeMap;

struct Box {
    colors: Vec<([u8; 4], u32)>,
    count: u64,
}

impl Box {
    fn new(colors: Vec<([u8; 4], u32)>) -> Self {
        let count = colors.iter().map(|(_, count)| u64::from(*count)).sum();
        Box { colors, count }
    }

    /// The channel that spreads widest, and how wide.
    fn widest(&self) -> (usize, u8) {
        let spread = |channel: usize| {
            let values = || self.colors.iter().map(|(color, _)| color[channel]);
            values().max().unwrap_or(0) - values().min().unwrap_or(0)
        };
        (0..4)
            .map(|channel| (channel, spread(channel)))
            .max_by_key(|(channel, spread)| (*spread, 4 - channel))
            .unwrap_or((0, 0))
    }

    fn split(mut self) -> (Box, Box) {
        let (channel, _) = self.widest();
        self.colors.sort_by(|(a, _), (b, _)| (a[channel], a).cmp(&(b[channel], b)));
        let mut seen = 0u64;
        let half = self.count / 2;
        let before_half = self.colors.iter().take_while(|(_, count)| {
            seen += u64::from(*count);
            seen <= half
        });
        let at = before_half.count().clamp(1, self.colors.len() - 1);
        let upper = self.colors.split_off(at);
        (Box::new(self.colors), Box::new(upper))
    }

    fn mean(&self) -> [u8; 4] {
        let mean = |channel: usize| {
            let sum: u64 =
                self.colors.iter().map(|(color, count)| u64::from(color[channel]) * u64::from(*count)).sum();
            ((sum + self.count / 2) / self.count.max(1)) as u8
        };
        [mean(0), mean(1), mean(2), mean(3)]
    }
}

/// `depth colors`, pixels of RGB or RGBA. Gives the number of colours (u16), four bytes for each, an index for
/// each pixel.
pub(crate) fn quantize(given: &Arguments) -> Outcome {
    let (depth, wanted) = (given.depth(0)?, given.size(1)?);
    if !(1..=256).contains(&wanted) {
        return Err(Failure::new("bad number of colors"));
    }
    if !(3..=4).contains(&depth) {
        return Err(Failure::new("image has wrong mode"));
    }
    let color_of = |pixel: &[u8]| [pixel[0], pixel[1], pixel[2], pixel.get(3).copied().unwrap_or(255)];
    let mut counts: BTreeMap<[u8; 4], u32> = BTreeMap::new();
    for pixel in given.bytes(0)?.chunks_exact(depth) {
        *counts.entry(color_of(pixel)).or_default() += 1;
    }
    let mut boxes = vec![Box::new(counts.into_iter().collect())];
    while boxes.len() < wanted {
        let weight = |found: &Box| u64::from(found.widest().1) * found.count;
        let Some((index, _)) = boxes
            .iter()
            .enumerate()
            .filter(|(_, found)| found.colors.len() > 1)
            .max_by_key(|(index, found)| (weight(found), usize::MAX - index))
        else {
            break;
        };
        let (lower, upper) = boxes.swap_remove(index).split();
        boxes.extend([lower, upper]);
    }
    // The most frequent first, as Pillow's palettes have it.
    boxes.sort_by(|a, b| (b.count, a.mean()).cmp(&(a.count, b.mean())));
    let mut index_of: BTreeMap<[u8; 4], u8> = BTreeMap::new();
    let mut out = (boxes.len() as u16).to_le_bytes().to_vec();
    for (index, found) in boxes.iter().enumerate() {
        out.extend(found.mean());
        index_of.extend(found.colors.iter().map(|(color, _)| (*color, index as u8)));
    }
    for pixel in given.bytes(0)?.chunks_exact(depth) {
        out.push(index_of.get(&color_of(pixel)).copied().unwrap_or(0));
    }
    Ok(out)
}
