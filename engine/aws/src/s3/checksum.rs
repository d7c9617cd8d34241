//! Checksums and entity tags of objects and parts.

use super::{errors, objects::Checksum};
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
pub use nuvola_wire::checksum::{Algorithm, md5_hex as etag};
use serde::{Deserialize, Serialize};

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

    /// What a multipart upload of this algorithm gets if it does not say.
    ///
    /// **Source**: S3 User Guide, "Checking object integrity in Amazon S3", "Using multipart uploads".
    pub fn default_for(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Crc64Nvme => ChecksumType::FullObject,
            Algorithm::Crc32 | Algorithm::Crc32c | Algorithm::Sha1 | Algorithm::Sha256 => {
                ChecksumType::Composite
            }
        }
    }

    /// Whether a multipart upload of this algorithm may have this type.
    pub fn suits(self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Crc32 | Algorithm::Crc32c => true,
            Algorithm::Crc64Nvme => self == ChecksumType::FullObject,
            Algorithm::Sha1 | Algorithm::Sha256 => self == ChecksumType::Composite,
        }
    }
}

/// What a multipart upload was begun with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadChecksum {
    #[serde(with = "by_name")]
    pub algorithm: Algorithm,
    pub checksum_type: ChecksumType,
}

/// Algorithms in snapshots: by their names.
pub mod by_name {
    use super::Algorithm;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(algorithm: &Algorithm, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(algorithm.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Algorithm, D::Error> {
        let name = String::deserialize(from)?;
        Algorithm::parse(&name).ok_or_else(|| D::Error::custom("no such checksum algorithm"))
    }
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
            let digest = algorithm.digest(body);
            if !STANDARD.decode(&value).is_ok_and(|bytes| bytes.len() == digest.len()) {
                return Err(errors::invalid_checksum_header(algorithm.header()));
            }
            if STANDARD.encode(digest) != value {
                return Err(errors::bad_checksum(algorithm.name()));
            }
            (algorithm, value)
        }
        None => {
            let algorithm = named.and_then(Algorithm::parse).unwrap_or(Algorithm::Crc64Nvme);
            (algorithm, algorithm.text(body))
        }
    };
    Ok(Checksum { algorithm, checksum_type: ChecksumType::FullObject, value })
}

/// The checksum of parts' checksums, with their number.
pub fn composite(algorithm: Algorithm, parts: &[&str]) -> Checksum {
    let digests: Vec<u8> = parts.iter().flat_map(|part| STANDARD.decode(part).unwrap_or_default()).collect();
    let value = format!("{}-{}", algorithm.text(&digests), parts.len());
    Checksum { algorithm, checksum_type: ChecksumType::Composite, value }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
    fn given_checksums_are_verified() {
        // Source: S3 User Guide, "Checking object integrity in Amazon S3".
        let given = |crc32: &str| Given { crc32: Some(crc32.to_owned()), ..Given::default() };
        let made = verify(b"hello", given(&Algorithm::Crc32.text(b"hello")), None).unwrap();
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
