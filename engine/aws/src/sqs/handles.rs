//! Receipt handles: opaque to clients, and not to be made up.

use super::state::Queue;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// AWS's handles begin with `AQEB`.
const MARK: [u8; 3] = [1, 1, 1];
const TAG_BYTES: usize = 32;
const BYTES: usize = MARK.len() + 16 + TAG_BYTES;

/// What a handle stands for: a message's number, and that of its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    pub message: u64,
    pub receipt: u64,
}

fn tag(queue: &Queue, numbers: &[u8]) -> [u8; TAG_BYTES] {
    let mut hash = Sha256::new();
    hash.update(queue.arn.as_bytes());
    hash.update(queue.created_at_ms.to_be_bytes());
    hash.update(numbers);
    hash.finalize().into()
}

pub fn handle(queue: &Queue, receipt: Receipt) -> String {
    let numbers = [receipt.message.to_be_bytes(), receipt.receipt.to_be_bytes()].concat();
    STANDARD.encode([&MARK[..], &numbers, &tag(queue, &numbers)].concat())
}

/// Nothing for what this queue has never given.
pub fn read(queue: &Queue, handle: &str) -> Option<Receipt> {
    let bytes = STANDARD.decode(handle).ok().filter(|bytes| bytes.len() == BYTES)?;
    let (numbers, given) = bytes.strip_prefix(&MARK)?.split_at_checked(16)?;
    if given != tag(queue, numbers) {
        return None;
    }
    let number = |from: usize| numbers.get(from..from + 8)?.try_into().ok().map(u64::from_be_bytes);
    Some(Receipt { message: number(0)?, receipt: number(8)? })
}
