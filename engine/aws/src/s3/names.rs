//! Which bucket names and object keys S3 takes, and the ids it derives from accounts.

use super::limits::MAX_KEY_BYTES;
use crate::route::names::REGIONS;
use nuvola_wire::checksum::sha256_hex;

const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Whether a name may be given to a general purpose bucket.
///
/// **Source**: S3 User Guide, "General purpose bucket naming rules".
pub fn is_valid_bucket_name(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().copied().all(allowed)
        && edge(bytes.first())
        && edge(bytes.last())
        && !name.contains("..")
        && !looks_like_ip_address(name)
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn looks_like_ip_address(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// The region that a location constraint stands for: `EU` is the old name of `eu-west-1`, and `us-east-1` has
/// none.
pub fn region_of_constraint(constraint: &str) -> Option<&'static str> {
    let name = if constraint == "EU" { "eu-west-1" } else { constraint };
    REGIONS.iter().copied().find(|region| *region == name && name != "us-east-1")
}

/// Whether a key is short enough; any text is allowed otherwise.
pub fn is_valid_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= MAX_KEY_BYTES
}

/// The website endpoint of a bucket. The oldest regions have a dash before their name.
///
/// **Source**: AWS General Reference, "Amazon S3 website endpoints".
pub fn website_host(bucket: &str, region: &str) -> String {
    let old = matches!(
        region,
        "ap-northeast-1"
            | "ap-southeast-1"
            | "ap-southeast-2"
            | "eu-west-1"
            | "sa-east-1"
            | "us-east-1"
            | "us-west-1"
            | "us-west-2"
    );
    format!("{bucket}.s3-website{}{region}.amazonaws.com", if old { '-' } else { '.' })
}

/// The canonical user id of an account: 64 hexadecimal digits that nobody can guess from the number on AWS;
/// here they are its hash, so that every host shows the same.
pub fn canonical_user_id(account: &str) -> String {
    sha256_hex(format!("canonical user of {account}").as_bytes())
}

/// The account as a customer, as event records name it: `A` and thirteen letters or digits. Here they are
/// its hash, as above.
pub fn customer_id(account: &str) -> String {
    let hash = sha256_hex(format!("customer id of {account}").as_bytes());
    format!("A{}", hash[..13].to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names_follow_the_naming_rules() {
        // Source: S3 User Guide, "General purpose bucket naming rules" (its examples of both kinds).
        for good in
            ["docexamplebucket-1a1b2c3d4-5e6f7g8h9", "amzn-s3-demo", "example.com", "my.bucket", "a1b"]
        {
            assert!(is_valid_bucket_name(good), "{good}");
        }
        let long = "a".repeat(64);
        for bad in [
            "ab",
            &long,
            "amzn_s3_demo_bucket",
            "AmznS3DemoBucket",
            "doc-example-bucket-",
            "-abc",
            "a..b",
            "192.168.5.4",
            "xn--abc",
            "sthree-x",
            "amzn-s3-demo-bucket",
            "x-s3alias",
            "x--ol-s3",
            "x.mrap",
            "a--x-s3",
            "",
            "naïve",
        ] {
            assert!(!is_valid_bucket_name(bad), "{bad}");
        }
    }

    #[test]
    fn keys_are_measured_in_utf_8_bytes() {
        // Source: S3 User Guide, "Naming Amazon S3 objects".
        assert!(is_valid_key(&"é".repeat(512)));
        assert!(!is_valid_key(&"é".repeat(513)));
    }
}
