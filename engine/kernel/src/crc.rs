//! Cyclic redundancy checks, one byte at a time: one table per polynomial, no more.
//!
//! Crates that slice by 16 bytes are quicker and carry 16 kB of tables per polynomial, which no
//! compressor makes smaller on the way to the page.

/// The remainders of all bytes for a reflected polynomial.
pub type Table = [u64; 256];

/// The polynomial of Ethernet, gzip and ZIP, reflected (RFC 1952, section 8).
static CRC32: Table = table(0xEDB8_8320);

#[must_use]
pub const fn table(polynomial: u64) -> Table {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u64;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

/// The check of `bytes`; `ones` has as many bits set as the check has.
#[must_use]
pub fn crc(table: &Table, ones: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(ones, |crc, byte| (crc >> 8) ^ table[((crc ^ u64::from(*byte)) & 0xFF) as usize]) ^ ones
}

/// CRC-32/ISO-HDLC: what gzip, ZIP and S3 call CRC32.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    crc(&CRC32, 0xFFFF_FFFF, bytes) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_of_known_texts() {
        // Source: the check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms;
        // `python3 -c 'import zlib; print(hex(zlib.crc32(bytes(range(256)) * 3)))'`.
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(crc32(&bytes.repeat(3)), 0xB0C0_DF2A);
    }
}
