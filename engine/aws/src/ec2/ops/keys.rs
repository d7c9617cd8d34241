//! Key pairs. The material of created ones is made up: see [`crate::ec2::keymaterial`].

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::shapes::{Filter, Tag, TagSpecification, shown_tags, tags_of};
use crate::ec2::state::{KeyPair, Tags};
use crate::ec2::{check, errors, keymaterial};
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{WireType, shape};

operation! {
    /// Makes a key pair; the material is a text that only looks like a private key.
    ///
    /// **Source**: EC2 API Reference, "CreateKeyPair".
    pub CREATE_KEY_PAIR: CreateKeyPair {
        http: "POST" "/" 200,
        input: CreateKeyPairInput,
        output: CreateKeyPairOutput,
        errors: ["InvalidKeyPair.Duplicate", "InvalidParameterValue"],
        access: |cx, input| check::access_to_create(cx, "ec2:CreateKeyPair", Kind::KeyPair, &input.tag_specifications),
        handler: create_key_pair,
    }
}

operation! {
    /// Takes in a public key of one's own.
    ///
    /// **Source**: EC2 API Reference, "ImportKeyPair".
    pub IMPORT_KEY_PAIR: ImportKeyPair {
        http: "POST" "/" 200,
        input: ImportKeyPairInput,
        output: ImportKeyPairOutput,
        errors: ["InvalidKey.Format", "InvalidKeyPair.Duplicate", "InvalidParameterValue"],
        access: |cx, input| check::access_to_create(cx, "ec2:ImportKeyPair", Kind::KeyPair, &input.tag_specifications),
        handler: import_key_pair,
    }
}

operation! {
    /// Lists key pairs by name, id or filter.
    ///
    /// **Source**: EC2 API Reference, "DescribeKeyPairs".
    pub DESCRIBE_KEY_PAIRS: DescribeKeyPairs {
        http: "POST" "/" 200,
        input: DescribeKeyPairsInput,
        output: DescribeKeyPairsOutput,
        errors: ["InvalidKeyPair.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeKeyPairs", "*"),
        handler: describe_key_pairs,
    }
}

operation! {
    /// Deletes a key pair; it is no failure that there is none.
    ///
    /// **Source**: EC2 API Reference, "DeleteKeyPair".
    pub DELETE_KEY_PAIR: DeleteKeyPair {
        http: "POST" "/" 200,
        input: DeleteKeyPairInput,
        output: DeleteKeyPairOutput,
        errors: ["InvalidKeyPair.NotFound", "MissingParameter"],
        access: |cx, input| {
            let name = input.key_name.as_deref().or(input.key_pair_id.as_deref()).unwrap_or("*");
            check::access_to(cx, "ec2:DeleteKeyPair", Kind::KeyPair, name)
        },
        handler: delete_key_pair,
    }
}

shape! {
    /// What `CreateKeyPair` takes.
    pub struct CreateKeyPairInput {
        #[wire("KeyName")] pub key_name: String,
        #[wire("KeyType")] pub key_type: Option<String>,
        #[wire("KeyFormat")] pub key_format: Option<String>,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
    }

    /// What `CreateKeyPair` answers.
    pub struct CreateKeyPairOutput {
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("KeyFingerprint")] pub key_fingerprint: Option<String>,
        #[wire("KeyMaterial")] pub key_material: Option<String>,
        #[wire("KeyPairId")] pub key_pair_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
    }

    /// What `ImportKeyPair` takes.
    pub struct ImportKeyPairInput {
        #[wire("KeyName")] pub key_name: String,
        #[wire("PublicKeyMaterial")] pub public_key_material: Blob,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
    }

    /// What `ImportKeyPair` answers.
    pub struct ImportKeyPairOutput {
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("KeyFingerprint")] pub key_fingerprint: Option<String>,
        #[wire("KeyPairId")] pub key_pair_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
    }

    /// What `DescribeKeyPairs` takes.
    pub struct DescribeKeyPairsInput {
        #[wire("KeyNames", xml = "KeyName")] pub key_names: Vec<String>,
        #[wire("KeyPairIds", xml = "KeyPairId")] pub key_pair_ids: Vec<String>,
        #[wire("IncludePublicKey")] pub include_public_key: Option<bool>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
    }

    /// What `DescribeKeyPairs` answers.
    pub struct DescribeKeyPairsOutput {
        #[wire("KeyPairs", xml = "keySet")] pub key_pairs: Vec<KeyPairInfo>,
    }

    /// A key pair.
    pub struct KeyPairInfo {
        #[wire("KeyPairId")] pub key_pair_id: Option<String>,
        #[wire("KeyType")] pub key_type: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("PublicKey")] pub public_key: Option<String>,
        #[wire("CreateTime")] pub create_time: Option<Timestamp>,
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("KeyFingerprint")] pub key_fingerprint: Option<String>,
    }

    /// What `DeleteKeyPair` takes.
    pub struct DeleteKeyPairInput {
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("KeyPairId")] pub key_pair_id: Option<String>,
    }

    /// What `DeleteKeyPair` answers.
    pub struct DeleteKeyPairOutput {
        #[wire("Return")] pub done: Option<bool>,
        #[wire("KeyPairId")] pub key_pair_id: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("fingerprint", "KeyFingerprint"),
    ("key-name", "KeyName"),
    ("key-pair-id", "KeyPairId"),
    ("tag", "Tags"),
];

/// The name and the tags of a new key pair.
fn check_new(cx: &OpContext<'_>, name: &str, tags: &[TagSpecification]) -> ApiResult<Option<Tags>> {
    let length = name.chars().count();
    if length == 0 || length > 255 || !name.is_ascii() {
        return Err(errors::bad_value(name, "keyName"));
    }
    if cx.state().ec2.at(&cx.region).key_pairs.contains_key(name) {
        return Err(errors::duplicate_key_pair(name));
    }
    let tags = check::tag_specifications(tags, &[Kind::KeyPair])?;
    Ok(check::tags_for(&tags, Kind::KeyPair))
}

fn insert(cx: &mut OpContext<'_>, pair: KeyPair, tags: Option<Tags>) {
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    if let Some(tags) = tags {
        regional.tags.insert(pair.id.clone(), tags);
    }
    regional.key_pairs.insert(pair.name.clone(), pair);
}

fn create_key_pair(cx: &mut OpContext<'_>, input: CreateKeyPairInput) -> ApiResult<CreateKeyPairOutput> {
    let kind = input.key_type.as_deref().unwrap_or("rsa");
    check::one_of(Some(kind), "keyType", &["rsa", "ed25519"])?;
    check::one_of(input.key_format.as_deref(), "keyFormat", &["pem", "ppk"])?;
    if input.key_format.as_deref() == Some("ppk") {
        return Err(errors::not_simulated("the key format `ppk` of `CreateKeyPair`"));
    }
    let tags = check_new(cx, &input.key_name, &input.tag_specifications)?;
    let length = if kind == "rsa" { 1100 } else { 180 };
    let drawn = cx.ids().mixed_alnum(length);
    let material = keymaterial::private_key(kind, &drawn);
    let pair = KeyPair {
        id: Kind::KeyPair.draw(cx),
        name: input.key_name,
        kind: kind.to_owned(),
        fingerprint: keymaterial::fingerprint_of_created(kind, &material),
        public_key: String::new(),
        created_at: cx.now(),
    };
    let pair = KeyPair { public_key: keymaterial::public_key(kind, &drawn[..64], &pair.name), ..pair };
    let output = CreateKeyPairOutput {
        key_name: Some(pair.name.clone()),
        key_fingerprint: Some(pair.fingerprint.clone()),
        key_material: Some(material),
        key_pair_id: Some(pair.id.clone()),
        tags: shown_tags(tags.as_ref()),
    };
    insert(cx, pair, tags);
    Ok(output)
}

fn import_key_pair(cx: &mut OpContext<'_>, input: ImportKeyPairInput) -> ApiResult<ImportKeyPairOutput> {
    let tags = check_new(cx, &input.key_name, &input.tag_specifications)?;
    let text = input.public_key_material.as_text().unwrap_or_default().trim().to_owned();
    let imported = keymaterial::read_public(&text).ok_or_else(errors::invalid_key_format)?;
    let pair = KeyPair {
        id: Kind::KeyPair.draw(cx),
        name: input.key_name,
        kind: imported.kind.to_owned(),
        fingerprint: imported.fingerprint,
        public_key: text,
        created_at: cx.now(),
    };
    let output = ImportKeyPairOutput {
        key_name: Some(pair.name.clone()),
        key_fingerprint: Some(pair.fingerprint.clone()),
        key_pair_id: Some(pair.id.clone()),
        tags: shown_tags(tags.as_ref()),
    };
    insert(cx, pair, tags);
    Ok(output)
}

fn describe_key_pairs(cx: &mut OpContext<'_>, input: DescribeKeyPairsInput) -> ApiResult<Listed> {
    let regional = cx.state().ec2.at(&cx.region);
    let missing = input.key_names.iter().find(|name| !regional.key_pairs.contains_key(name.as_str()));
    if let Some(name) = missing {
        return Err(errors::no_such_key_pair(name));
    }
    for id in &input.key_pair_ids {
        if !regional.key_pairs.values().any(|pair| pair.id == *id) {
            let text = format!("The key pair ID '{id}' does not exist");
            return Err(errors::error("InvalidKeyPair.NotFound", text));
        }
    }
    let named = !input.key_names.is_empty() || !input.key_pair_ids.is_empty();
    let listing = Listing {
        operation: "DescribeKeyPairs",
        filters: &input.filters,
        known: FILTERS,
        max_results: None,
        next_token: None,
        named,
    };
    let with_key = input.include_public_key.unwrap_or(false);
    let chosen = regional.key_pairs.values().filter(|pair| {
        !named || input.key_names.contains(&pair.name) || input.key_pair_ids.contains(&pair.id)
    });
    let shown = chosen.map(|pair| {
        let shown = KeyPairInfo {
            key_pair_id: Some(pair.id.clone()),
            key_type: Some(pair.kind.clone()),
            tags: tags_of(cx, &pair.id),
            public_key: with_key.then(|| pair.public_key.clone()),
            create_time: Some(pair.created_at),
            key_name: Some(pair.name.clone()),
            key_fingerprint: Some(pair.fingerprint.clone()),
        };
        (pair.name.clone(), shown.into_value())
    });
    Ok(listing.page_of(shown.collect())?.listed("KeyPairs"))
}

fn delete_key_pair(cx: &mut OpContext<'_>, input: DeleteKeyPairInput) -> ApiResult<DeleteKeyPairOutput> {
    let regional = cx.state().ec2.at(&cx.region);
    let name = match (&input.key_name, &input.key_pair_id) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(id)) => {
            let found = regional.key_pairs.values().find(|pair| pair.id == *id);
            let text =
                || errors::error("InvalidKeyPair.NotFound", format!("The key pair ID '{id}' does not exist"));
            Some(found.ok_or_else(text)?.name.clone())
        }
        (None, None) => return Err(errors::missing_parameter("KeyName")),
    };
    let region = cx.region.clone();
    let mut key_pair_id = None;
    if let Some(name) = name.filter(|name| cx.state().ec2.at(&region).key_pairs.contains_key(name)) {
        let regional = cx.ec2().at_mut(&region);
        key_pair_id = regional.key_pairs.remove(&name).map(|pair| pair.id);
        if let Some(id) = &key_pair_id {
            regional.tags.remove(id);
        }
    }
    Ok(DeleteKeyPairOutput { done: Some(true), key_pair_id })
}
