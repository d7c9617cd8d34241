//! RSA signatures (RS256), as far as tokens need them.
//!
//! **Source**: RFC 8017, sections 8.2 (RSASSA-PKCS1-v1_5) and 9.2 (EMSA-PKCS1-v1_5). Numbers are little-endian
//! 32-bit limbs; products go by Montgomery's method.

use sha2::{Digest, Sha256};

/// The start of the DER form of a SHA-256 digest.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

/// Keys beyond this length take too long.
const MODULUS_MAX_BYTES: usize = 512;

/// Whether `signature` is one of `message` by the key with this modulus and exponent.
pub fn verify(modulus: &[u8], exponent: &[u8], message: &[u8], signature: &[u8]) -> bool {
    signature.len() == modulus.len()
        && power(signature, exponent, modulus).is_some_and(|opened| opened == padded(message, modulus.len()))
}

/// The signature of a message.
pub fn sign(modulus: &[u8], private_exponent: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    power(&padded(message, modulus.len()), private_exponent, modulus)
}

fn padded(message: &[u8], length: usize) -> Vec<u8> {
    let digest = Sha256::digest(message);
    let tail = DIGEST_INFO.len() + digest.len();
    let mut out = vec![0, 1];
    out.resize(length.saturating_sub(tail + 1).max(2), 0xff);
    out.push(0);
    out.extend(DIGEST_INFO);
    out.extend(digest);
    out
}

/// `base ^ exponent mod modulus`, as long as the modulus; `None` for a modulus that is no RSA modulus.
fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
    if modulus.last().is_none_or(|last| last % 2 == 0)
        || modulus.len() > MODULUS_MAX_BYTES
        || modulus.len() < 64
    {
        return None;
    }
    let n = limbs(modulus);
    let k = n.len();
    let mut base = limbs(base);
    base.resize(k, 0);
    if !less(&base, &n) {
        return None;
    }
    let inverse = negative_inverse(n[0]);
    // R = 2^(32k), then R² mod n, by doubling.
    let mut one = vec![0; k];
    one[0] = 1;
    let mut r = one.clone();
    for _ in 0..32 * k {
        double(&mut r, &n);
    }
    let mut r2 = r.clone();
    for _ in 0..32 * k {
        double(&mut r2, &n);
    }
    let base = product(&base, &r2, &n, inverse);
    let mut result = r;
    for bit in exponent.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)) {
        result = product(&result, &result, &n, inverse);
        if bit == 1 {
            result = product(&result, &base, &n, inverse);
        }
    }
    let result = product(&result, &one, &n, inverse);
    let mut out: Vec<u8> = result.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
    out.drain(..out.len() - modulus.len());
    Some(out)
}

fn limbs(bytes: &[u8]) -> Vec<u32> {
    bytes.rchunks(4).map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte))).collect()
}

fn less(a: &[u32], b: &[u32]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// `-1 / n mod 2^32`, by Newton's method.
fn negative_inverse(n: u32) -> u32 {
    let mut x: u32 = 1;
    for _ in 0..5 {
        x = x.wrapping_mul(2_u32.wrapping_sub(n.wrapping_mul(x)));
    }
    x.wrapping_neg()
}

fn subtract(a: &mut [u32], b: &[u32]) {
    let mut borrow = 0_i64;
    for (a, b) in a.iter_mut().zip(b) {
        let difference = i64::from(*a) - i64::from(*b) + borrow;
        *a = difference as u32;
        borrow = difference >> 32;
    }
}

fn double(a: &mut [u32], n: &[u32]) {
    let mut carry = 0;
    for limb in a.iter_mut() {
        let next = *limb >> 31;
        *limb = *limb << 1 | carry;
        carry = next;
    }
    if carry == 1 || !less(a, n) {
        subtract(a, n);
    }
}

/// `a * b / R mod n`.
fn product(a: &[u32], b: &[u32], n: &[u32], inverse: u32) -> Vec<u32> {
    let k = n.len();
    let mut t = vec![0_u32; k + 2];
    for b in b {
        let mut carry = 0_u64;
        for j in 0..k {
            let sum = u64::from(t[j]) + u64::from(a[j]) * u64::from(*b) + carry;
            t[j] = sum as u32;
            carry = sum >> 32;
        }
        let sum = u64::from(t[k]) + carry;
        t[k] = sum as u32;
        t[k + 1] = (sum >> 32) as u32;
        let m = u64::from(t[0].wrapping_mul(inverse));
        let mut carry = (u64::from(t[0]) + m * u64::from(n[0])) >> 32;
        for j in 1..k {
            let sum = u64::from(t[j]) + m * u64::from(n[j]) + carry;
            t[j - 1] = sum as u32;
            carry = sum >> 32;
        }
        let sum = u64::from(t[k]) + carry;
        t[k - 1] = sum as u32;
        t[k] = t[k + 1].wrapping_add((sum >> 32) as u32);
    }
    let over = t[k] != 0;
    t.truncate(k);
    if over || !less(&t, n) {
        subtract(&mut t, n);
    }
    t
}

#[cfg(test)]
mod tests {
    use crate::issuer;

    #[test]
    fn signatures_of_the_labs_key_verify() {
        // Source: RFC 8017, sections 8.2.1 and 8.2.2; the expected signature's start by OpenSSL 3.
        let (modulus, exponent) = issuer::public_key();
        let signature = issuer::sign(b"hello");
        assert_eq!(signature.len(), 256);
        assert!(super::verify(&modulus, &exponent, b"hello", &signature));
        assert!(!super::verify(&modulus, &exponent, b"hullo", &signature));
        let hex: String = signature.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "7fa28f0a07c60852");
    }
}
