//! The MD5 digests by which clients check what was stored.
//!
//! **Source**: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".

use super::state::{Attribute, AttributeValue};
use nuvola_wire::checksum::md5_hex;

/// The digest of attributes that are sorted by name; nothing without any.
pub fn of_attributes<'a>(attributes: impl Iterator<Item = (&'a str, &'a Attribute)>) -> Option<String> {
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        add(&mut bytes, name.as_bytes());
        add(&mut bytes, attribute.data_type.as_bytes());
        match &attribute.value {
            AttributeValue::Text(text) => {
                bytes.push(1);
                add(&mut bytes, text.as_bytes());
            }
            AttributeValue::Binary(blob) => {
                bytes.push(2);
                add(&mut bytes, blob);
            }
        }
    }
    (!bytes.is_empty()).then(|| md5_hex(&bytes))
}

/// A text behind its length.
fn add(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(text);
}
