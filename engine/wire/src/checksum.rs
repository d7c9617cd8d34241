//! Digests that requests and answers carry: `x-amz-checksum-*` and `Content-MD5`.

use crate::error::ApiError;
use crate::http::Headers;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use nuvola_kernel::crc::{Table, crc, crc32, table};
use sha1::Sha1;
use sha2::Sha256;

/// The algorithms of S3's flexible checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub const ALL: [Algorithm; 5] =
        [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

    /// As `x-amz-checksum-algorithm` and error texts name it.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    pub fn header(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "x-amz-checksum-crc32",
            Algorithm::Crc32c => "x-amz-checksum-crc32c",
            Algorithm::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Algorithm::Sha1 => "x-amz-checksum-sha1",
            Algorithm::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// By name, whatever its case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Algorithm::Crc32 => crc32(bytes).to_be_bytes().to_vec(),
            Algorithm::Crc32c => (crc(&CRC32C, 0xFFFF_FFFF, bytes) as u32).to_be_bytes().to_vec(),
            Algorithm::Crc64Nvme => crc(&CRC64_NVME, u64::MAX, bytes).to_be_bytes().to_vec(),
            Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
        }
    }

    /// The text in a header: base64.
    pub fn text(self, bytes: &[u8]) -> String {
        STANDARD.encode(self.digest(bytes))
    }
}

/// Castagnoli's polynomial, reflected (RFC 3720, appendix B.4).
static CRC32C: Table = table(0x82F6_3B78);
/// The polynomial of the NVM Express specification, reflected.
static CRC64_NVME: Table = table(0x9A6C_9329_AC4B_C9B5);

/// The MD5 in hexadecimal: an ETag without its quotes.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checksum that a message carries, and its text.
pub fn given(headers: &Headers) -> Option<(Algorithm, &str)> {
    Algorithm::ALL
        .into_iter()
        .find_map(|algorithm| headers.get(algorithm.header()).map(|text| (algorithm, text.trim())))
}

/// Checks every digest that the headers (trailers included) give for a body.
///
/// **Errors**: `BadDigest`, `InvalidDigest`, `InvalidRequest`.
/// **Source**: S3 API Reference, "Error responses"; S3 User Guide, "Checking object integrity".
pub fn verify(headers: &Headers, body: &[u8]) -> Result<(), ApiError> {
    if let Some(text) = headers.get("Content-MD5") {
        let wanted = STANDARD.decode(text.trim()).unwrap_or_default();
        if wanted.len() != 16 {
            return Err(ApiError::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
                .with_member("Content-MD5", text));
        }
        let found = Md5::digest(body);
        if wanted != found[..] {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(ApiError::new(400, "BadDigest", message)
                .with_member("ExpectedDigest", text)
                .with_member("CalculatedDigest", STANDARD.encode(found)));
        }
    }
    for algorithm in Algorithm::ALL {
        let Some(text) = headers.get(algorithm.header()) else { continue };
        let found = algorithm.digest(body);
        let wanted = STANDARD.decode(text.trim()).unwrap_or_default();
        if wanted.len() != found.len() {
            let message = format!("Value for {} header is invalid.", algorithm.header());
            return Err(ApiError::new(400, "InvalidRequest", message));
        }
        if wanted != found {
            let name = algorithm.name();
            let message = format!("The {name} you specified did not match the calculated checksum.");
            return Err(ApiError::new(400, "BadDigest", message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_the_check_string() {
        // Source: the check values ("123456789") of the catalogue of parametrised CRC algorithms:
        // CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME; RFC 1321's suite for MD5.
        let check = b"123456789";
        assert_eq!(Algorithm::Crc32.digest(check), 0xCBF4_3926_u32.to_be_bytes());
        assert_eq!(Algorithm::Crc32c.digest(check), 0xE306_9283_u32.to_be_bytes());
        assert_eq!(Algorithm::Crc64Nvme.digest(check), 0xAE8B_1486_0A79_9888_u64.to_be_bytes());
        assert_eq!(md5_hex(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
    }

    #[test]
    fn wrong_digests_are_told_apart() {
        // Source: S3 API Reference, "Error responses".
        let check = |name: &str, text: &str| {
            verify(&Headers::from_iter([(name, text)]), b"abc").map_err(|error| error.code)
        };
        assert_eq!(check("Content-MD5", "kAFQmDzST7DWlj99KOF/cg=="), Ok(()));
        assert_eq!(check("content-md5", "AAFQmDzST7DWlj99KOF/cg=="), Err("BadDigest".to_owned()));
        assert_eq!(check("Content-MD5", "%"), Err("InvalidDigest".to_owned()));
        assert_eq!(check("x-amz-checksum-crc32", "AAAAAA=="), Err("BadDigest".to_owned()));
        assert_eq!(check("x-amz-checksum-crc32", "x"), Err("InvalidRequest".to_owned()));
        assert_eq!(check("x-amz-checksum-crc32", &Algorithm::Crc32.text(b"abc")), Ok(()));
    }
}
