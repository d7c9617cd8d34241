//! Tags of buckets and objects.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket, to_object};
use crate::s3::events::tell;
use crate::s3::ops::buckets::BucketInput;
use crate::s3::{errors, limits, read};
use crate::service::ApiResult;
use indexmap::IndexMap;
use nuvola_wire::shape;

shape! {
    /// A tag.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }

    /// A set of tags as a document.
    pub struct Tagging {
        #[wire("TagSet", item = "Tag", required)] pub tag_set: Option<Vec<Tag>>,
    }

    /// What PutBucketTagging takes.
    pub struct PutBucketTaggingInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Tagging", payload)] pub tagging: Option<Tagging>,
    }

    /// A set of tags as an answer.
    #[wire(xml = "Tagging")]
    pub struct TaggingOutput {
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
        #[wire("TagSet", item = "Tag", required)] pub tag_set: Vec<Tag>,
    }

    /// An object's version.
    pub struct ObjectVersionInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
    }

    /// What PutObjectTagging takes.
    pub struct PutObjectTaggingInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Tagging", payload)] pub tagging: Option<Tagging>,
    }

    /// The version that was touched.
    pub struct VersionOutput {
        #[wire("VersionId", header = "x-amz-version-id")] pub version_id: Option<String>,
    }
}

/// Checks tags and puts them in order of arrival.
///
/// **Source**: S3 User Guide, "Categorizing your objects using tags"; API reference, "PutObjectTagging".
pub fn read_tags(tags: Vec<Tag>, limit: usize, what: &str) -> ApiResult<IndexMap<String, String>> {
    if tags.len() > limit {
        return Err(errors::too_many_tags(what, limit));
    }
    let mut map = IndexMap::new();
    for Tag { key, value } in tags {
        let count = |text: &str| text.encode_utf16().count();
        if key.is_empty() || count(&key) > limits::MAX_TAG_KEY_CHARS || !key.chars().all(is_tag_char) {
            return Err(errors::invalid_tag_key(&key));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(errors::invalid_tag("System tags cannot be added/updated by requester"));
        }
        if count(&value) > limits::MAX_TAG_VALUE_CHARS || !value.chars().all(is_tag_char) {
            return Err(errors::invalid_tag_value(&key, &value));
        }
        if map.insert(key.clone(), value).is_some() {
            return Err(errors::invalid_tag("Cannot provide multiple Tags with the same key")
                .with_member("TagKey", key));
        }
    }
    Ok(map)
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c)
}

/// Tags as the header `x-amz-tagging` writes them: a query string.
pub fn read_tag_header(header: Option<&str>) -> ApiResult<IndexMap<String, String>> {
    let pairs = nuvola_wire::uri::parse_query(header.unwrap_or(""));
    let tags = pairs.into_iter().map(|(key, value)| Tag { key, value }).collect();
    read_tags(tags, limits::MAX_OBJECT_TAGS, "Object").map_err(|error| match error.code.as_str() {
        "BadRequest" => error,
        _ => errors::invalid_argument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
             tag name duplicates.",
            "x-amz-tagging",
            header.unwrap_or(""),
        ),
    })
}

fn tag_list(tags: &IndexMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect()
}

fn given_tags(tagging: Option<Tagging>) -> ApiResult<Vec<Tag>> {
    tagging.and_then(|tagging| tagging.tag_set).ok_or_else(errors::malformed_xml)
}

operation! {
    /// Replaces a bucket's tags.
    ///
    /// **Source**: S3 API Reference, "PutBucketTagging".
    pub PUT_BUCKET_TAGGING: PutBucketTagging {
        http: "PUT" "/{Bucket}?tagging" 204,
        input: PutBucketTaggingInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketTagging", &input.bucket),
        handler: put_bucket_tagging,
    }
}

fn put_bucket_tagging(cx: &mut OpContext<'_>, input: PutBucketTaggingInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let tags = read_tags(given_tags(input.tagging)?, limits::MAX_BUCKET_TAGS, "Bucket")?;
    bucket.tags = (!tags.is_empty()).then_some(tags);
    Ok(())
}

operation! {
    /// Lists a bucket's tags.
    ///
    /// **Source**: S3 API Reference, "GetBucketTagging".
    pub GET_BUCKET_TAGGING: GetBucketTagging {
        http: "GET" "/{Bucket}?tagging" 200,
        input: BucketInput,
        output: TaggingOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketTagging", &input.bucket),
        handler: get_bucket_tagging,
    }
}

fn get_bucket_tagging(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<TaggingOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let tags = bucket.tags.as_ref().ok_or_else(|| errors::no_such_tag_set(&input.bucket))?;
    Ok(TaggingOutput { version_id: None, tag_set: tag_list(tags) })
}

operation! {
    /// Removes a bucket's tags.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketTagging".
    pub DELETE_BUCKET_TAGGING: DeleteBucketTagging {
        http: "DELETE" "/{Bucket}?tagging" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketTagging", &input.bucket),
        handler: delete_bucket_tagging,
    }
}

fn delete_bucket_tagging(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.tags = None;
    Ok(())
}

/// The action's name depends on whether a version is named.
fn versioned<'a>(version_id: Option<&str>, plain: &'a str, version: &'a str) -> &'a str {
    if version_id.is_some() { version } else { plain }
}

operation! {
    /// Replaces an object's tags.
    ///
    /// **Source**: S3 API Reference, "PutObjectTagging".
    pub PUT_OBJECT_TAGGING: PutObjectTagging {
        http: "PUT" "/{Bucket}/{Key+}?tagging" 200,
        input: PutObjectTaggingInput,
        output: VersionOutput,
        errors: [],
        access: |cx, input| {
            let action =
                versioned(input.version_id.as_deref(), "s3:PutObjectTagging", "s3:PutObjectVersionTagging");
            to_object(cx, action, &input.bucket, &input.key)
        },
        handler: put_object_tagging,
    }
}

fn put_object_tagging(cx: &mut OpContext<'_>, input: PutObjectTaggingInput) -> ApiResult<VersionOutput> {
    let tags = read_tags(given_tags(input.tagging)?, limits::MAX_OBJECT_TAGS, "Object")?;
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let version_id = read::object_mut(bucket, &input.key, input.version_id.as_deref(), |object| {
        object.tags = tags;
    })?;
    tell(cx, "ObjectTagging:Put", &input.bucket, &input.key, input.version_id.as_deref());
    Ok(VersionOutput { version_id })
}

operation! {
    /// Lists an object's tags.
    ///
    /// **Source**: S3 API Reference, "GetObjectTagging".
    pub GET_OBJECT_TAGGING: GetObjectTagging {
        http: "GET" "/{Bucket}/{Key+}?tagging" 200,
        input: ObjectVersionInput,
        output: TaggingOutput,
        errors: [],
        access: |cx, input| {
            let action =
                versioned(input.version_id.as_deref(), "s3:GetObjectTagging", "s3:GetObjectVersionTagging");
            to_object(cx, action, &input.bucket, &input.key)
        },
        handler: get_object_tagging,
    }
}

fn get_object_tagging(cx: &mut OpContext<'_>, input: ObjectVersionInput) -> ApiResult<TaggingOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let found = read::object(bucket, &input.key, input.version_id.as_deref(), "GET")?;
    Ok(TaggingOutput { version_id: found.shown_id(bucket), tag_set: tag_list(&found.object.tags) })
}

operation! {
    /// Removes an object's tags.
    ///
    /// **Source**: S3 API Reference, "DeleteObjectTagging".
    pub DELETE_OBJECT_TAGGING: DeleteObjectTagging {
        http: "DELETE" "/{Bucket}/{Key+}?tagging" 204,
        input: ObjectVersionInput,
        output: VersionOutput,
        errors: [],
        access: |cx, input| {
            let action = versioned(
                input.version_id.as_deref(),
                "s3:DeleteObjectTagging",
                "s3:DeleteObjectVersionTagging",
            );
            to_object(cx, action, &input.bucket, &input.key)
        },
        handler: delete_object_tagging,
    }
}

fn delete_object_tagging(cx: &mut OpContext<'_>, input: ObjectVersionInput) -> ApiResult<VersionOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let version_id =
        read::object_mut(bucket, &input.key, input.version_id.as_deref(), |object| object.tags.clear())?;
    tell(cx, "ObjectTagging:Delete", &input.bucket, &input.key, input.version_id.as_deref());
    Ok(VersionOutput { version_id })
}
