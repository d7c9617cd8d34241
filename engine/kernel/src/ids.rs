//! Identifiers as AWS makes them, drawn from a seed so that a replay gives the same ones.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A deterministic stream of identifiers: block `n` is SHA-256(seed ‖ n).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdSource {
    seed: u64,
    counter: u64,
}

const UPPER_BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const UPPER_ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWER_ALNUM: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED_ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

impl IdSource {
    pub fn new(seed: u64) -> Self {
        IdSource { seed, counter: 0 }
    }

    /// The next 32 pseudo-random bytes.
    pub fn block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.counter.to_be_bytes());
        self.counter += 1;
        hash.finalize().into()
    }

    /// A number below `bound` (which must not be zero).
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a bound of zero leaves nothing to draw");
        let block = self.block();
        u64::from_be_bytes(block[..8].try_into().expect("a block has 32 bytes")) % bound
    }

    fn text(&mut self, length: usize, alphabet: &[u8]) -> String {
        let mut out = String::with_capacity(length);
        while out.len() < length {
            for byte in self.block() {
                if out.len() == length {
                    break;
                }
                out.push(alphabet[byte as usize % alphabet.len()] as char);
            }
        }
        out
    }

    /// Lower-case hexadecimal digits: request ids of S3, versions of deployments.
    pub fn hex(&mut self, length: usize) -> String {
        self.text(length, b"0123456789abcdef")
    }

    /// Upper-case letters and 2-7: the tail of IAM's unique ids (`AIDA…`, `AROA…`).
    pub fn upper_base32(&mut self, length: usize) -> String {
        self.text(length, UPPER_BASE32)
    }

    /// Upper-case letters and digits.
    pub fn upper_alnum(&mut self, length: usize) -> String {
        self.text(length, UPPER_ALNUM)
    }

    /// Lower-case letters and digits: API Gateway's ids, function URL ids.
    pub fn lower_alnum(&mut self, length: usize) -> String {
        self.text(length, LOWER_ALNUM)
    }

    /// Letters of both cases and digits: secrets, version ids.
    pub fn mixed_alnum(&mut self, length: usize) -> String {
        self.text(length, MIXED_ALNUM)
    }

    /// A version 4 UUID in lower case.
    pub fn uuid(&mut self) -> String {
        let mut bytes: [u8; 16] = self.block()[..16].try_into().expect("a block has 32 bytes");
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_same_ids() {
        let (mut a, mut b) = (IdSource::new(7), IdSource::new(7));
        assert_eq!(a.uuid(), b.uuid());
        assert_eq!(a.lower_alnum(40), b.lower_alnum(40));
        assert_ne!(a.uuid(), a.uuid());
    }

    #[test]
    fn uuid_has_version_and_variant_of_rfc_9562() {
        let uuid = IdSource::new(1).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]));
    }
}
