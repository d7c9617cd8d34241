//! Checksums and entity tags of objects and parts.

use super::{errors, objects::Checksum};
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// Whether a checksum is of the whole object, or of its parts' checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChecksumType {
    FullObject,
    Composite,
}

impl ChecksumType {
    pub fn name(self) -> &'static str {
        match self {
            ChecksumType::FullObject => "FULL_OBJECT",
            ChecksumType::Composite => "COMPOSITE",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [ChecksumType::FullObject, ChecksumType::Composite].into_iter().find(|kind| kind.name() == name)
    }
}

impl Algorithm {
    pub const ALL: [Algorithm; 5] =
        [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub fn header(self) -> String {
        format!("x-amz-checksum-{}", self.name().to_ascii_lowercase())
    }

    /// What a multipart upload of this algorithm gets if it does not say.
    ///
    /// **Source**: S3 User Guide, "Checking object integrity in Amazon S3", "Using multipart uploads".
    pub fn default_type(self) -> ChecksumType {
        match self {
            Algorithm::Crc64Nvme => ChecksumType::FullObject,
            Algorithm::Crc32 | Algorithm::Crc32c | Algorithm::Sha1 | Algorithm::Sha256 => {
                ChecksumType::Composite
            }
        }
    }

    /// Which types a multipart upload may have.
    pub fn allows(self, kind: ChecksumType) -> bool {
        match self {
            Algorithm::Crc32 | Algorithm::Crc32c => true,
            Algorithm::Crc64Nvme => kind == ChecksumType::FullObject,
            Algorithm::Sha1 | Algorithm::Sha256 => kind == ChecksumType::Composite,
        }
    }

    fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Algorithm::Crc32 => (crc(&CRC32, bytes) as u32).to_be_bytes().to_vec(),
            Algorithm::Crc32c => (crc(&CRC32C, bytes) as u32).to_be_bytes().to_vec(),
            Algorithm::Crc64Nvme => crc(&CRC64_NVME, bytes).to_be_bytes().to_vec(),
            Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
        }
    }

    fn digest_bytes(self) -> usize {
        match self {
            Algorithm::Crc32 | Algorithm::Crc32c => 4,
            Algorithm::Crc64Nvme => 8,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
        }
    }

    /// The checksum in base64, as headers write it.
    pub fn compute(self, bytes: &[u8]) -> String {
        STANDARD.encode(self.digest(bytes))
    }
}

/// A CRC whose bits run backwards, as all of S3's do.
struct Crc {
    table: [u64; 256],
    ones: u64,
}

const fn reflected(polynomial: u64, ones: u64) -> Crc {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ polynomial } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    Crc { table, ones }
}

// Source: RFC 3720, appendix B.4 (CRC-32C); ISO/IEC 13239 (CRC-32); NVM Express NVM Command Set
// Specification, section 5.2.1.3.4 (CRC-64).
static CRC32: Crc = reflected(0xedb8_8320, 0xffff_ffff);
static CRC32C: Crc = reflected(0x82f6_3b78, 0xffff_ffff);
static CRC64_NVME: Crc = reflected(0x9a6c_9329_ac4b_c9b5, u64::MAX);

fn crc(kind: &Crc, bytes: &[u8]) -> u64 {
    let step =
        |value: u64, byte: &u8| kind.table[((value ^ u64::from(*byte)) & 0xff) as usize] ^ (value >> 8);
    bytes.iter().fold(kind.ones, step) ^ kind.ones
}

/// The checksums that a request or an answer may carry, one member each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Given {
    pub crc32: Option<String>,
    pub crc32c: Option<String>,
    pub crc64nvme: Option<String>,
    pub sha1: Option<String>,
    pub sha256: Option<String>,
}

impl Given {
    /// The members for one checksum.
    pub fn of(checksum: Option<&Checksum>) -> Self {
        let mut given = Given::default();
        if let Some(checksum) = checksum {
            *given.slot(checksum.algorithm) = Some(checksum.value.clone());
        }
        given
    }

    fn slot(&mut self, algorithm: Algorithm) -> &mut Option<String> {
        match algorithm {
            Algorithm::Crc32 => &mut self.crc32,
            Algorithm::Crc32c => &mut self.crc32c,
            Algorithm::Crc64Nvme => &mut self.crc64nvme,
            Algorithm::Sha1 => &mut self.sha1,
            Algorithm::Sha256 => &mut self.sha256,
        }
    }

    /// The one checksum that is given; two are refused.
    pub fn single(mut self) -> ApiResult<Option<(Algorithm, String)>> {
        let mut found = None;
        for algorithm in Algorithm::ALL {
            let Some(value) = self.slot(algorithm).take() else { continue };
            if found.replace((algorithm, value)).is_some() {
                return Err(errors::invalid_request(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
                ));
            }
        }
        Ok(found)
    }
}

/// Verifies the checksum that came with a body, or makes one: of the algorithm that was named, or else
/// CRC64NVME, which S3 adds by itself.
///
/// **Source**: S3 User Guide, "Checking object integrity in Amazon S3".
pub fn verify(body: &[u8], given: Given, named: Option<&str>) -> ApiResult<Checksum> {
    let (algorithm, value) = match given.single()? {
        Some((algorithm, value)) => {
            let well_formed =
                STANDARD.decode(&value).is_ok_and(|bytes| bytes.len() == algorithm.digest_bytes());
            if !well_formed {
                return Err(errors::invalid_checksum_header(&algorithm.header()));
            }
            if algorithm.compute(body) != value {
                return Err(errors::bad_checksum(algorithm.name()));
            }
            (algorithm, value)
        }
        None => {
            let algorithm = named.and_then(Algorithm::from_name).unwrap_or(Algorithm::Crc64Nvme);
            (algorithm, algorithm.compute(body))
        }
    };
    Ok(Checksum { algorithm, checksum_type: ChecksumType::FullObject, value })
}

/// The checksum of parts' checksums, with their number.
pub fn composite(algorithm: Algorithm, parts: &[&str]) -> Checksum {
    let digests: Vec<u8> = parts.iter().flat_map(|part| STANDARD.decode(part).unwrap_or_default()).collect();
    let value = format!("{}-{}", algorithm.compute(&digests), parts.len());
    Checksum { algorithm, checksum_type: ChecksumType::Composite, value }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The entity tag of a body that came in one piece: its MD5.
pub fn etag(body: &[u8]) -> String {
    hex(&Md5::digest(body))
}

/// The entity tag of a multipart upload: the MD5 of the parts' MD5s, and their number.
pub fn multipart_etag<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Md5::new();
    let mut count = 0;
    for part in parts {
        let byte = |at: usize| u8::from_str_radix(part.get(at..at + 2).unwrap_or("0"), 16).unwrap_or(0);
        let digest: Vec<u8> = (0..part.len()).step_by(2).map(byte).collect();
        hash.update(digest);
        count += 1;
    }
    format!("{}-{count}", hex(&hash.finalize()))
}

/// Checks a `Content-MD5` header against the body.
pub fn check_md5(header: Option<&str>, body: &[u8]) -> ApiResult<()> {
    let Some(text) = header else { return Ok(()) };
    let expected = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 16);
    let expected = expected.ok_or_else(|| errors::invalid_digest(text))?;
    let calculated = Md5::digest(body);
    if expected == calculated.as_slice() {
        return Ok(());
    }
    Err(errors::bad_digest(&hex(&expected), &STANDARD.encode(calculated)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_of_the_check_string() {
        // Source: the "check" values of CRC-32/ISO-HDLC, CRC-32/ISCSI and CRC-64/NVME in the catalogue of
        // parametrised CRC algorithms; FIPS 180-4 for the empty text's SHA-256.
        let check = b"123456789";
        assert_eq!(hex(&Algorithm::Crc32.digest(check)), "cbf43926");
        assert_eq!(hex(&Algorithm::Crc32c.digest(check)), "e3069283");
        assert_eq!(hex(&Algorithm::Crc64Nvme.digest(check)), "ae8b14860a799888");
        assert_eq!(Algorithm::Sha256.compute(b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn given_checksums_are_verified() {
        // Source: S3 User Guide, "Checking object integrity in Amazon S3".
        let given = |crc32: &str| Given { crc32: Some(crc32.to_owned()), ..Given::default() };
        let made = verify(b"hello", given(&Algorithm::Crc32.compute(b"hello")), None).unwrap();
        assert_eq!(made.algorithm, Algorithm::Crc32);
        let wrong = verify(b"hello", given("AAAAAA=="), None).unwrap_err();
        assert_eq!(wrong.message, "The CRC32 you specified did not match the calculated checksum.");
        let bad = verify(b"hello", given("AAAA"), None).unwrap_err();
        assert_eq!(bad.message, "Value for x-amz-checksum-crc32 header is invalid.");
        let two = Given { sha1: Some(String::new()), ..given("AAAAAA==") };
        assert_eq!(verify(b"", two, None).unwrap_err().code, "InvalidRequest");
        assert_eq!(verify(b"", Given::default(), None).unwrap().algorithm, Algorithm::Crc64Nvme);
    }

    #[test]
    fn multipart_tags_count_their_parts() {
        // Source: S3 User Guide, "Checking object integrity in Amazon S3", "Using part-level checksums"; the
        // value is the MD5 of sixteen zero bytes.
        let zero = "0".repeat(32);
        assert_eq!(multipart_etag([zero.as_str()].into_iter()), "4ae71336e44bf9bf79d2752e234818a5-1");
    }

    #[test]
    fn content_md5_is_checked() {
        // Source: RFC 1864 (the MD5 of "Check Integrity!").
        let body = b"Check Integrity!";
        assert_eq!(check_md5(Some("Q2hlY2sgSW50ZWdyaXR5IQ=="), body).unwrap_err().code, "BadDigest");
        assert_eq!(check_md5(Some("abc"), body).unwrap_err().code, "InvalidDigest");
        assert_eq!(check_md5(Some(&STANDARD.encode(Md5::digest(body))), body), Ok(()));
    }
}
