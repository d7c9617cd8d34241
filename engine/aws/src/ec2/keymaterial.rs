//! Key material: what is handed out, and fingerprints.
//!
//! Nothing here is a key. `CreateKeyPair` answers a text in the form of a PEM whose content says so, because
//! a simulated instance has no SSH to open; its fingerprint is that of the text and so stable. Imported
//! public keys are real, and their fingerprints are AWS's.
//!
//! **Source**: Amazon EC2 User Guide, "Verify the fingerprint of your key pair"; RFC 4253, section 6.6; RFC
//! 8017, appendix A.1.1.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_wire::checksum::{Algorithm, md5_hex};

/// What the made-up material begins with.
const MARK: &str = "not a key: made by the Nuvola simulator ";

/// A text in the form of a private key, for the letters drawn.
pub fn private_key(kind: &str, drawn: &str) -> String {
    let content = STANDARD.encode(format!("{MARK}{drawn}"));
    let name = if kind == "rsa" { "RSA PRIVATE KEY" } else { "OPENSSH PRIVATE KEY" };
    let mut out = format!("-----BEGIN {name}-----\n");
    for line in content.as_bytes().chunks(64) {
        out.push_str(std::str::from_utf8(line).unwrap_or_default());
        out.push('\n');
    }
    out.push_str(&format!("-----END {name}-----"));
    out
}

/// The public half, in OpenSSH's form, made up too.
pub fn public_key(kind: &str, drawn: &str, name: &str) -> String {
    let word = if kind == "rsa" { "ssh-rsa" } else { "ssh-ed25519" };
    let mut blob = field(word.as_bytes());
    blob.extend(field(format!("{MARK}{drawn}").as_bytes()));
    format!("{word} {} {name}", STANDARD.encode(blob))
}

/// Of a key that EC2 made: SHA-1 for RSA, SHA-256 for ED25519.
pub fn fingerprint_of_created(kind: &str, private_key: &str) -> String {
    match kind {
        "rsa" => colons(&hex(&Algorithm::Sha1.digest(private_key.as_bytes()))),
        _ => STANDARD.encode(Algorithm::Sha256.digest(private_key.as_bytes())),
    }
}

/// A public key that a client imports.
pub struct Imported {
    /// `rsa` or `ed25519`.
    pub kind: &'static str,
    pub fingerprint: String,
}

/// Reads a public key in OpenSSH's form (`ssh-rsa AAAA… comment`).
pub fn read_public(text: &str) -> Option<Imported> {
    let mut words = text.split_whitespace();
    let (word, content) = (words.next()?, words.next()?);
    let blob = STANDARD.decode(content).ok()?;
    let mut rest = blob.as_slice();
    if take(&mut rest)? != word.as_bytes() {
        return None;
    }
    match word {
        "ssh-rsa" => {
            let (exponent, modulus) = (take(&mut rest)?, take(&mut rest)?);
            let bits = modulus.strip_prefix(&[0]).unwrap_or(modulus).len() * 8;
            if !rest.is_empty() || ![1024, 2048, 4096].contains(&bits) {
                return None;
            }
            // The MD5 of the key as X.509 encodes it.
            Some(Imported {
                kind: "rsa",
                fingerprint: colons(&md5_hex(&subject_public_key(modulus, exponent))),
            })
        }
        "ssh-ed25519" => {
            let key = take(&mut rest)?;
            let fingerprint = STANDARD.encode(Algorithm::Sha256.digest(&blob));
            (rest.is_empty() && key.len() == 32).then_some(Imported { kind: "ed25519", fingerprint })
        }
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Pairs of digits with colons between them.
fn colons(hex: &str) -> String {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
    pairs.collect::<Vec<_>>().join(":")
}

/// A field with its length before it.
fn field(content: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(content.len()).unwrap_or(0).to_be_bytes().to_vec();
    out.extend(content);
    out
}

fn take<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (length, tail) = rest.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
    let (content, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some(content)
}

/// A DER value: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(0)..];
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
            out.extend(bytes);
        }
    }
    out.extend(content);
    out
}

/// `SubjectPublicKeyInfo` of an RSA key; OpenSSH's numbers have DER's form already.
fn subject_public_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    /// The object identifier of rsaEncryption, with its empty parameters.
    const ALGORITHM: &[u8] =
        &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let key = der(0x30, &[der(0x02, modulus), der(0x02, exponent)].concat());
    let bits = der(0x03, &[&[0], key.as_slice()].concat());
    der(0x30, &[ALGORITHM, &bits].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_of_imported_keys_are_those_of_openssl() {
        // Source: made with OpenSSH and `openssl rsa -pubin -outform DER | openssl md5 -c`, as the User Guide
        // says; the ED25519 one with `ssh-keygen -l`.
        let rsa = include_str!("testdata/rsa.pub");
        assert_eq!(
            read_public(rsa).map(|key| key.fingerprint),
            Some(include_str!("testdata/rsa.md5").trim().to_owned())
        );
        let ed = include_str!("testdata/ed25519.pub");
        let given = read_public(ed).map(|key| key.fingerprint);
        assert_eq!(given, Some(include_str!("testdata/ed25519.sha256").trim().to_owned()));
        for wrong in
            ["", "ssh-rsa", "ssh-rsa AAAA", "ssh-dss AAAAB3NzaC1kc3M= x", "-----BEGIN RSA PRIVATE KEY-----"]
        {
            assert!(read_public(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn made_up_material_says_so() {
        // Source: our own reasoning.
        let text = private_key("rsa", "abc");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            (lines[0], lines[lines.len() - 1]),
            ("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----")
        );
        let content = STANDARD.decode(lines[1..lines.len() - 1].concat()).unwrap();
        assert!(String::from_utf8(content).unwrap().starts_with(MARK));
    }
}
