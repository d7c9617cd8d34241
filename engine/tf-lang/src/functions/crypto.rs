//! Hashes, UUIDs, password hashes and RSA decryption.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blowfish::Blowfish;
use md5::Md5;
use num_bigint::BigUint;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Failure, Function, text, whole};
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

type Outcome = Result<Value, Failure>;

/// A cost above this takes minutes: refused rather than waited for.
const MAX_BCRYPT_COST: i64 = 16;

pub(super) fn functions() -> Vec<Function> {
    vec![
        Function::new("md5", "str:string -> string", |_, args, _| {
            Ok(hex::<Md5>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("sha1", "str:string -> string", |_, args, _| {
            Ok(hex::<Sha1>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("sha256", "str:string -> string", |_, args, _| {
            Ok(hex::<Sha256>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("sha512", "str:string -> string", |_, args, _| {
            Ok(hex::<Sha512>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("base64sha256", "str:string -> string", |_, args, _| {
            Ok(base64::<Sha256>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("base64sha512", "str:string -> string", |_, args, _| {
            Ok(base64::<Sha512>(text(&args[0]).as_bytes()).into())
        }),
        Function::new("uuid", "-> string", |host, _, _| Ok(uuid_text(host.random_bytes(), 4).into())),
        Function::new("uuidv5", "namespace:string name:string -> string", uuidv5),
        Function::new("bcrypt", "str:string ...cost:number -> string", bcrypt_hash),
        Function::new("rsadecrypt", "ciphertext:string privatekey:string -> string", rsadecrypt),
    ]
}

/// The hash of some bytes in hexadecimal digits.
pub(super) fn hex<D: Digest>(bytes: &[u8]) -> String {
    D::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of some bytes in base64.
pub(super) fn base64<D: Digest>(bytes: &[u8]) -> String {
    STANDARD.encode(D::digest(bytes))
}

fn uuid_text(mut bytes: [u8; 16], version: u8) -> String {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn uuidv5(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let namespace = text(&args[0]);
    // RFC 4122, appendix C: the predefined namespaces differ in one byte.
    let predefined = |last: u8| {
        let mut bytes =
            [0x6b, 0xa7, 0xb8, 0, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        bytes[3] = last;
        bytes
    };
    let namespace_bytes = match namespace {
        "dns" => predefined(0x10),
        "url" => predefined(0x11),
        "oid" => predefined(0x12),
        "x500" => predefined(0x14),
        other => parse_uuid(other).map_err(|problem| {
            Failure::Call(format!("uuidv5() doesn't support namespace {other} ({problem})"))
        })?,
    };
    let digest = Sha1::digest([namespace_bytes.as_slice(), text(&args[1]).as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ok(uuid_text(bytes, 5).into())
}

fn parse_uuid(source: &str) -> Result<[u8; 16], String> {
    let dashed = match source.len() {
        36 => source,
        45 if source[..9].eq_ignore_ascii_case("urn:uuid:") => &source[9..],
        45 => return Err(format!("invalid urn prefix: {}", crate::format::quote_go(&source[..9]))),
        38 => source.get(1..37).unwrap_or_default(),
        32 => source,
        len => return Err(format!("invalid UUID length: {len}")),
    };
    let invalid = || "invalid UUID format".to_owned();
    let dashes_fit =
        dashed.len() == 32 || [8, 13, 18, 23].iter().all(|at| dashed.as_bytes().get(*at) == Some(&b'-'));
    let digits: String = dashed.chars().filter(|c| *c != '-').collect();
    if !dashes_fit || digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(invalid());
    }
    let mut bytes = [0; 16];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[index * 2..index * 2 + 2], 16).map_err(|_| invalid())?;
    }
    Ok(bytes)
}

fn bcrypt_hash(host: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    if args.len() > 2 {
        return Failure::call("bcrypt() takes no more than two arguments");
    }
    let mut cost = match args.get(1) {
        Some(cost) => whole(cost).map_err(|message| Failure::Arg(1, message))?,
        None => 10,
    };
    if cost > 31 {
        return Failure::call(format!(
            "error occured generating password crypto/bcrypt: cost {cost} is outside allowed range (4,31)"
        ));
    }
    if cost < 4 {
        cost = 10;
    }
    if cost > MAX_BCRYPT_COST {
        return Failure::call(format!("cost {cost} would take too long here; use at most {MAX_BCRYPT_COST}"));
    }
    let password = text(&args[0]);
    if password.len() > 72 {
        return Failure::call("error occured generating password bcrypt: password length exceeds 72 bytes");
    }
    let cost = u32::try_from(cost).expect("the cost was brought between 4 and 16");
    Ok(bcrypt_text(password, cost, host.random_bytes()).into())
}

/// A bcrypt hash in its version `2a`, with the salt in front.
fn bcrypt_text(password: &str, cost: u32, salt: [u8; 16]) -> String {
    let key = [password.as_bytes(), &[0]].concat();
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, &key);
    for _ in 0..1u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
    }
    let mut hash = Vec::with_capacity(24);
    for block in b"OrpheanBeholderScryDoubt".chunks_exact(8) {
        let half = |at: usize| u32::from_be_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
        let mut halves = [half(0), half(4)];
        for _ in 0..64 {
            halves = state.bc_encrypt(halves);
        }
        hash.extend(halves.iter().flat_map(|half| half.to_be_bytes()));
    }
    // By tradition the last byte is left out.
    format!("$2a${cost:02}${}{}", bcrypt_base64(&salt), bcrypt_base64(&hash[..23]))
}

/// Base64 without padding and with bcrypt's own alphabet.
fn bcrypt_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let groups = bytes.chunks(3).flat_map(|group| {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        (0..=group.len()).map(move |at| char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]))
    });
    groups.collect()
}

fn rsadecrypt(_: &dyn Host, args: &[Value], _: &Type) -> Outcome {
    let source = text(&args[0]);
    let Ok(cipher) = STANDARD.decode(source) else {
        let quoted = crate::format::quote_go(source);
        return Failure::arg(
            0,
            format!("failed to decode input {quoted}: cipher text must be base64-encoded"),
        );
    };
    let key = read_private_key(text(&args[1]))
        .map_err(|problem| Failure::Arg(1, format!("invalid private key: {problem}")))?;
    let modulus_len = key.modulus.to_bytes_be().len();
    let plain = BigUint::from_bytes_be(&cipher).modpow(&key.exponent, &key.modulus).to_bytes_be();
    // PKCS #1 version 1.5: 0, 2, at least eight bytes that are not zero, 0, the message.
    let padding = plain.iter().position(|byte| *byte == 0);
    let message = match (plain.first(), padding) {
        (Some(2), Some(end)) if plain.len() + 1 == modulus_len && end >= 9 => &plain[end + 1..],
        _ => return Failure::call("failed to decrypt: crypto/rsa: decryption error"),
    };
    Ok(String::from_utf8_lossy(message).as_ref().into())
}

struct PrivateKey {
    modulus: BigUint,
    exponent: BigUint,
}

/// Reads an RSA key in PEM, as PKCS #1 or PKCS #8.
fn read_private_key(pem: &str) -> Result<PrivateKey, &'static str> {
    let start = pem.find("-----BEGIN ").ok_or("ssh: no key found")?;
    let (kind, body) = pem[start + 11..].split_once("-----").ok_or("ssh: no key found")?;
    let (body, _) = body.split_once("-----END").ok_or("ssh: no key found")?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = STANDARD.decode(body).map_err(|_| "ssh: no key found")?;
    let broken = "asn1: structure error";
    match kind {
        "RSA PRIVATE KEY" => pkcs1(&der).ok_or(broken),
        "PRIVATE KEY" => pkcs8(&der).ok_or(broken),
        _ => Err("ssh: unsupported key type"),
    }
}

/// Reads one element of DER: its tag, its content, and what follows.
fn der_element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(*first & 0x7f);
        let bytes = rest.get(..count).filter(|_| count <= 4)?;
        (bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)), &rest[count..])
    };
    Some((*tag, rest.get(..len)?, rest.get(len..)?))
}

fn pkcs1(der: &[u8]) -> Option<PrivateKey> {
    let (_, sequence, _) = der_element(der).filter(|(tag, _, _)| *tag == 0x30)?;
    let (_, _version, rest) = der_element(sequence)?;
    let (_, modulus, rest) = der_element(rest)?;
    let (_, _public, rest) = der_element(rest)?;
    let (_, exponent, _) = der_element(rest)?;
    let key =
        PrivateKey { modulus: BigUint::from_bytes_be(modulus), exponent: BigUint::from_bytes_be(exponent) };
    (key.modulus.bits() > 0).then_some(key)
}

fn pkcs8(der: &[u8]) -> Option<PrivateKey> {
    let (_, sequence, _) = der_element(der).filter(|(tag, _, _)| *tag == 0x30)?;
    let (_, _version, rest) = der_element(sequence)?;
    let (_, _algorithm, rest) = der_element(rest)?;
    let (_, key, _) = der_element(rest)?;
    pkcs1(key)
}

#[cfg(test)]
mod tests {
    use super::bcrypt_text;

    /// Source: the test vectors of crypt_blowfish (Openwall).
    #[test]
    fn bcrypt_gives_the_published_hash() {
        // `CCCCCCCCCCCCCCCCCCCCC.` in bcrypt's base64.
        let salt =
            [0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10];
        assert_eq!(
            bcrypt_text("U*U", 5, salt),
            "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        );
    }
}
