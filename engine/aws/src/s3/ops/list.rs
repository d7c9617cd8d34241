//! Listing objects and versions.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket};
use crate::s3::listing::{Entry, Walk};
use crate::s3::objects::{Object, Version, Versions};
use crate::s3::ops::buckets::Owner;
use crate::s3::ops::put::quoted;
use crate::s3::{errors, limits, tokens};
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

shape! {
    /// What ListObjects takes.
    pub struct ListObjectsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Delimiter", query = "delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType", query = "encoding-type")] pub encoding_type: Option<String>,
        #[wire("Marker", query = "marker")] pub marker: Option<String>,
        #[wire("MaxKeys", query = "max-keys")] pub max_keys: Option<i64>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
    }

    /// What ListObjects answers.
    #[wire(xml = "ListBucketResult")]
    pub struct ListObjectsOutput {
        #[wire("Name")] pub name: String,
        #[wire("Prefix")] pub prefix: String,
        #[wire("Marker")] pub marker: String,
        #[wire("NextMarker")] pub next_marker: Option<String>,
        #[wire("MaxKeys")] pub max_keys: i64,
        #[wire("Delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType")] pub encoding_type: Option<String>,
        #[wire("IsTruncated")] pub truncated: bool,
        #[wire("Contents", flattened)] pub contents: Vec<ObjectEntry>,
        #[wire("CommonPrefixes", flattened)] pub common_prefixes: Vec<CommonPrefix>,
    }

    /// What ListObjectsV2 takes.
    pub struct ListObjectsV2Input {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Delimiter", query = "delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType", query = "encoding-type")] pub encoding_type: Option<String>,
        #[wire("MaxKeys", query = "max-keys")] pub max_keys: Option<i64>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
        #[wire("ContinuationToken", query = "continuation-token")] pub continuation_token: Option<String>,
        #[wire("FetchOwner", query = "fetch-owner")] pub fetch_owner: Option<bool>,
        #[wire("StartAfter", query = "start-after")] pub start_after: Option<String>,
    }

    /// What ListObjectsV2 answers.
    #[wire(xml = "ListBucketResult")]
    pub struct ListObjectsV2Output {
        #[wire("Name")] pub name: String,
        #[wire("Prefix")] pub prefix: String,
        #[wire("StartAfter")] pub start_after: Option<String>,
        #[wire("ContinuationToken")] pub continuation_token: Option<String>,
        #[wire("NextContinuationToken")] pub next_continuation_token: Option<String>,
        #[wire("KeyCount")] pub key_count: i64,
        #[wire("MaxKeys")] pub max_keys: i64,
        #[wire("Delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType")] pub encoding_type: Option<String>,
        #[wire("IsTruncated")] pub truncated: bool,
        #[wire("Contents", flattened)] pub contents: Vec<ObjectEntry>,
        #[wire("CommonPrefixes", flattened)] pub common_prefixes: Vec<CommonPrefix>,
    }

    /// An object in a list.
    pub struct ObjectEntry {
        #[wire("Key")] pub key: String,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("ETag")] pub etag: String,
        #[wire("ChecksumAlgorithm", flattened)] pub checksum_algorithm: Vec<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
        #[wire("Size")] pub size: i64,
        #[wire("Owner")] pub owner: Option<Owner>,
        #[wire("StorageClass")] pub storage_class: String,
    }

    /// A group of keys.
    pub struct CommonPrefix {
        #[wire("Prefix")] pub prefix: String,
    }

    /// What ListObjectVersions takes.
    pub struct ListObjectVersionsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Delimiter", query = "delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType", query = "encoding-type")] pub encoding_type: Option<String>,
        #[wire("KeyMarker", query = "key-marker")] pub key_marker: Option<String>,
        #[wire("MaxKeys", query = "max-keys")] pub max_keys: Option<i64>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
        #[wire("VersionIdMarker", query = "version-id-marker")] pub version_id_marker: Option<String>,
    }

    /// What ListObjectVersions answers.
    #[wire(xml = "ListVersionsResult")]
    pub struct ListObjectVersionsOutput {
        #[wire("Name")] pub name: String,
        #[wire("Prefix")] pub prefix: String,
        #[wire("KeyMarker")] pub key_marker: String,
        #[wire("VersionIdMarker")] pub version_id_marker: String,
        #[wire("NextKeyMarker")] pub next_key_marker: Option<String>,
        #[wire("NextVersionIdMarker")] pub next_version_id_marker: Option<String>,
        #[wire("MaxKeys")] pub max_keys: i64,
        #[wire("Delimiter")] pub delimiter: Option<String>,
        #[wire("EncodingType")] pub encoding_type: Option<String>,
        #[wire("IsTruncated")] pub truncated: bool,
        #[wire("Versions", xml = "Version", flattened)] pub versions: Vec<VersionEntry>,
        #[wire("DeleteMarkers", xml = "DeleteMarker", flattened)] pub delete_markers: Vec<MarkerEntry>,
        #[wire("CommonPrefixes", flattened)] pub common_prefixes: Vec<CommonPrefix>,
    }

    /// A version in a list.
    pub struct VersionEntry {
        #[wire("Key")] pub key: String,
        #[wire("VersionId")] pub version_id: String,
        #[wire("IsLatest")] pub latest: bool,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("ETag")] pub etag: String,
        #[wire("ChecksumAlgorithm", flattened)] pub checksum_algorithm: Vec<String>,
        #[wire("ChecksumType")] pub checksum_type: Option<String>,
        #[wire("Size")] pub size: i64,
        #[wire("StorageClass")] pub storage_class: String,
        #[wire("Owner")] pub owner: Owner,
    }

    /// A delete marker in a list.
    pub struct MarkerEntry {
        #[wire("Key")] pub key: String,
        #[wire("VersionId")] pub version_id: String,
        #[wire("IsLatest")] pub latest: bool,
        #[wire("LastModified")] pub last_modified: Timestamp,
        #[wire("Owner")] pub owner: Owner,
    }
}

/// How names are written: as they are, or URL-encoded where the client asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Encoding(bool);

impl Encoding {
    pub fn read(given: Option<&str>) -> ApiResult<Self> {
        match given {
            None | Some("") => Ok(Encoding(false)),
            Some(text) if text.eq_ignore_ascii_case("url") => Ok(Encoding(true)),
            Some(other) => Err(errors::invalid_argument(
                "Invalid Encoding Method specified in Request",
                "encoding-type",
                other,
            )),
        }
    }

    /// Form encoding, except that slashes stay.
    pub fn write(self, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        nuvola_wire::uri::encode_path(text).replace("%20", "+").replace("%2A", "*").replace('~', "%7E")
    }
}

/// How many entries a page holds: at most a thousand, however many are asked for.
pub fn page_size(asked: Option<i64>, name: &str) -> ApiResult<usize> {
    let asked = asked.unwrap_or(limits::MAX_LISTED_KEYS);
    if !(0..=i64::from(i32::MAX)).contains(&asked) {
        let camel = name.split('-').enumerate().fold(String::new(), |mut text, (at, word)| {
            let mut chars = word.chars();
            let first = chars.next().map(|c| if at == 0 { c } else { c.to_ascii_uppercase() });
            text.extend(first);
            text.push_str(chars.as_str());
            text
        });
        let message = format!("Argument {camel} must be an integer between 0 and 2147483647");
        return Err(errors::invalid_argument(&message, name, &asked.to_string()));
    }
    Ok(asked.min(limits::MAX_LISTED_KEYS) as usize)
}

fn object_entry(
    key: &str,
    version: &Version,
    object: &Object,
    owner: Option<Owner>,
    to: Encoding,
) -> ObjectEntry {
    let sum = object.checksum.as_ref();
    ObjectEntry {
        key: to.write(key),
        last_modified: version.last_modified,
        etag: quoted(&object.etag),
        checksum_algorithm: sum.map(|sum| sum.algorithm.name().to_owned()).into_iter().collect(),
        checksum_type: sum.map(|sum| sum.checksum_type.name().to_owned()),
        size: object.body.len() as i64,
        owner,
        storage_class: object.storage_class.clone(),
    }
}

/// A page of current objects.
struct Page {
    contents: Vec<ObjectEntry>,
    common_prefixes: Vec<CommonPrefix>,
    /// The last entry, where there are more.
    last: Option<String>,
}

fn current_objects(
    objects: &nuvola_kernel::Map<String, Versions>,
    walk: Walk<'_>,
    max: usize,
    owner: Option<&Owner>,
    to: Encoding,
) -> Page {
    let mut page = Page { contents: Vec::new(), common_prefixes: Vec::new(), last: None };
    if max == 0 {
        return page;
    }
    let mut entries = walk.over(objects, |versions| versions.current_object().is_some());
    let mut last = None;
    for entry in entries.by_ref().take(max) {
        last = Some(entry.name().to_owned());
        match entry {
            Entry::Key(key, versions) => {
                let (version, object) = versions.current_object().expect("only visible keys are walked");
                page.contents.push(object_entry(key, version, object, owner.cloned(), to));
            }
            Entry::CommonPrefix(prefix) => {
                page.common_prefixes.push(CommonPrefix { prefix: to.write(prefix) });
            }
        }
    }
    if entries.next().is_some() {
        page.last = last;
    }
    page
}

operation! {
    /// Lists objects in key order; the first version of ListObjectsV2.
    ///
    /// **Source**: S3 API Reference, "ListObjects".
    pub LIST_OBJECTS: ListObjects {
        http: "GET" "/{Bucket}" 200,
        input: ListObjectsInput,
        output: ListObjectsOutput,
        errors: ["NoSuchBucket"],
        access: |cx, input| {
            let keys = list_keys(&input.prefix, &input.delimiter, input.max_keys);
            with_keys(to_bucket(cx, "s3:ListBucket", &input.bucket), keys)
        },
        handler: list_objects,
    }
}

/// The condition keys that list operations bring to policies.
fn list_keys(
    prefix: &Option<String>,
    delimiter: &Option<String>,
    max_keys: Option<i64>,
) -> [(&'static str, Option<String>); 3] {
    [
        ("s3:prefix", prefix.clone()),
        ("s3:delimiter", delimiter.clone()),
        ("s3:max-keys", max_keys.map(|number| number.to_string())),
    ]
}

fn with_keys(access: crate::auth::Access, keys: [(&'static str, Option<String>); 3]) -> crate::auth::Access {
    if access.checks.is_empty() {
        return access;
    }
    keys.into_iter().fold(access, |access, (key, value)| match value {
        Some(value) => access.with_key(key, [value]),
        None => access,
    })
}

fn list_objects(cx: &mut OpContext<'_>, input: ListObjectsInput) -> ApiResult<ListObjectsOutput> {
    let max = page_size(input.max_keys, "max-keys")?;
    let to = Encoding::read(input.encoding_type.as_deref())?;
    let owner = Owner::of(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let prefix = input.prefix.as_deref().unwrap_or("");
    let delimiter = input.delimiter.as_deref().filter(|text| !text.is_empty());
    let marker = input.marker.as_deref().filter(|text| !text.is_empty());
    let walk = Walk { prefix, delimiter: delimiter.unwrap_or(""), after: marker, inclusive: false };
    let page = current_objects(&bucket.objects, walk, max, Some(&owner), to);
    Ok(ListObjectsOutput {
        name: input.bucket.clone(),
        prefix: to.write(prefix),
        marker: to.write(marker.unwrap_or("")),
        truncated: page.last.is_some(),
        // Without a delimiter the last key serves as marker.
        next_marker: page.last.filter(|_| delimiter.is_some()).map(|last| to.write(&last)),
        max_keys: max as i64,
        delimiter: delimiter.map(|text| to.write(text)),
        encoding_type: input.encoding_type.clone().filter(|text| !text.is_empty()),
        contents: page.contents,
        common_prefixes: page.common_prefixes,
    })
}

operation! {
    /// Lists objects in key order, keys with a common beginning as one entry where a delimiter is given.
    ///
    /// **Source**: S3 API Reference, "ListObjectsV2".
    pub LIST_OBJECTS_V2: ListObjectsV2 {
        http: "GET" "/{Bucket}?list-type=2" 200,
        input: ListObjectsV2Input,
        output: ListObjectsV2Output,
        errors: ["NoSuchBucket"],
        access: |cx, input| {
            let keys = list_keys(&input.prefix, &input.delimiter, input.max_keys);
            with_keys(to_bucket(cx, "s3:ListBucket", &input.bucket), keys)
        },
        handler: list_objects_v2,
    }
}

fn list_objects_v2(cx: &mut OpContext<'_>, input: ListObjectsV2Input) -> ApiResult<ListObjectsV2Output> {
    let max = page_size(input.max_keys, "max-keys")?;
    let to = Encoding::read(input.encoding_type.as_deref())?;
    let token_name = match input.continuation_token.as_deref() {
        None => None,
        Some(token) => Some(tokens::read(token)?),
    };
    let owner = Owner::of(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let prefix = input.prefix.as_deref().unwrap_or("");
    let delimiter = input.delimiter.as_deref().filter(|text| !text.is_empty());
    let start_after = input.start_after.as_deref().filter(|text| !text.is_empty());
    let after = token_name.as_deref().or(start_after);
    let walk = Walk { prefix, delimiter: delimiter.unwrap_or(""), after, inclusive: false };
    let shown_owner = (input.fetch_owner == Some(true)).then_some(&owner);
    let page = current_objects(&bucket.objects, walk, max, shown_owner, to);
    Ok(ListObjectsV2Output {
        name: input.bucket.clone(),
        prefix: to.write(prefix),
        start_after: start_after.map(|text| to.write(text)),
        continuation_token: input.continuation_token.clone(),
        key_count: (page.contents.len() + page.common_prefixes.len()) as i64,
        truncated: page.last.is_some(),
        next_continuation_token: page.last.map(|last| tokens::write(&last)),
        max_keys: max as i64,
        delimiter: delimiter.map(|text| to.write(text)),
        encoding_type: input.encoding_type.clone().filter(|text| !text.is_empty()),
        contents: page.contents,
        common_prefixes: page.common_prefixes,
    })
}

operation! {
    /// Lists all versions and delete markers: keys in order, versions newest first.
    ///
    /// **Source**: S3 API Reference, "ListObjectVersions".
    pub LIST_OBJECT_VERSIONS: ListObjectVersions {
        http: "GET" "/{Bucket}?versions" 200,
        input: ListObjectVersionsInput,
        output: ListObjectVersionsOutput,
        errors: [],
        access: |cx, input| {
            let keys = list_keys(&input.prefix, &input.delimiter, input.max_keys);
            with_keys(to_bucket(cx, "s3:ListBucketVersions", &input.bucket), keys)
        },
        handler: list_object_versions,
    }
}

fn list_object_versions(
    cx: &mut OpContext<'_>,
    input: ListObjectVersionsInput,
) -> ApiResult<ListObjectVersionsOutput> {
    let max = page_size(input.max_keys, "max-keys")?;
    let to = Encoding::read(input.encoding_type.as_deref())?;
    let key_marker = input.key_marker.as_deref().filter(|text| !text.is_empty());
    let id_marker = input.version_id_marker.as_deref();
    if id_marker.is_some() && key_marker.is_none() {
        return Err(errors::invalid_argument(
            "A version-id marker cannot be specified without a key marker.",
            "version-id-marker",
            id_marker.unwrap_or(""),
        ));
    }
    if id_marker == Some("") {
        return Err(errors::invalid_argument(
            "A version-id marker cannot be empty.",
            "version-id-marker",
            "",
        ));
    }
    let owner = Owner::of(cx);
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let prefix = input.prefix.as_deref().unwrap_or("");
    let delimiter = input.delimiter.as_deref().filter(|text| !text.is_empty());
    let mut output = ListObjectVersionsOutput {
        name: input.bucket.clone(),
        prefix: to.write(prefix),
        key_marker: to.write(key_marker.unwrap_or("")),
        version_id_marker: id_marker.unwrap_or("").to_owned(),
        max_keys: max as i64,
        delimiter: delimiter.map(|text| to.write(text)),
        encoding_type: input.encoding_type.clone().filter(|text| !text.is_empty()),
        ..ListObjectVersionsOutput::default()
    };
    let walk = Walk {
        prefix,
        delimiter: delimiter.unwrap_or(""),
        after: key_marker,
        inclusive: id_marker.is_some(),
    };
    let rows =
        walk.over(&bucket.objects, |_| true).flat_map(|entry| version_rows(entry, key_marker, id_marker));
    let mut left = max;
    let mut last = None;
    for row in rows {
        if left == 0 {
            output.truncated = max > 0;
            break;
        }
        left -= 1;
        last = Some((row.name.to_owned(), row.version.map(|version| version.id.clone())));
        push_row(&mut output, row, &owner, to);
    }
    if output.truncated
        && let Some((name, id)) = last
    {
        output.next_key_marker = Some(to.write(&name));
        output.next_version_id_marker = id;
    }
    Ok(output)
}

/// One row of a list of versions.
struct Row<'b> {
    name: &'b str,
    /// `None`: a common prefix.
    version: Option<&'b Version>,
    latest: bool,
}

/// The rows of one entry; of the marker's key only what comes after the marked version.
fn version_rows<'b>(
    entry: Entry<'b, Versions>,
    key_marker: Option<&str>,
    id_marker: Option<&str>,
) -> Vec<Row<'b>> {
    let (name, versions) = match entry {
        Entry::CommonPrefix(name) => return vec![Row { name, version: None, latest: false }],
        Entry::Key(name, versions) => (name, versions),
    };
    let rows = versions.newest_first().enumerate();
    let mut rows: Vec<Row<'b>> =
        rows.map(|(at, version)| Row { name, version: Some(version), latest: at == 0 }).collect();
    if let (true, Some(id)) = (key_marker == Some(name), id_marker) {
        let marked = rows.iter().position(|row| row.version.is_some_and(|version| version.id == id));
        rows.drain(..marked.map_or(rows.len(), |at| at + 1));
    }
    rows
}

fn push_row(output: &mut ListObjectVersionsOutput, row: Row<'_>, owner: &Owner, to: Encoding) {
    let key = to.write(row.name);
    let Some(version) = row.version else {
        output.common_prefixes.push(CommonPrefix { prefix: key });
        return;
    };
    let version_id = version.id.clone();
    match version.object.as_deref() {
        None => output.delete_markers.push(MarkerEntry {
            key,
            version_id,
            latest: row.latest,
            last_modified: version.last_modified,
            owner: owner.clone(),
        }),
        Some(object) => {
            let sum = object.checksum.as_ref();
            output.versions.push(VersionEntry {
                key,
                version_id,
                latest: row.latest,
                last_modified: version.last_modified,
                etag: quoted(&object.etag),
                checksum_algorithm: sum.map(|sum| sum.algorithm.name().to_owned()).into_iter().collect(),
                checksum_type: sum.map(|sum| sum.checksum_type.name().to_owned()),
                size: object.body.len() as i64,
                storage_class: object.storage_class.clone(),
                owner: owner.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_encoding_is_that_of_forms_with_slashes_kept() {
        // Source: API reference, "ListObjectsV2", `encoding-type` ("test_file(3).png" becomes
        // "test_file%283%29.png").
        let to = Encoding::read(Some("url")).unwrap();
        assert_eq!(to.write("test_file(3).png"), "test_file%283%29.png");
        assert_eq!(to.write("a b/c+d*é~"), "a+b/c%2Bd*%C3%A9%7E");
        assert_eq!(Encoding::read(Some("gzip")).unwrap_err().code, "InvalidArgument");
    }

    #[test]
    fn page_sizes_are_capped() {
        // Source: API reference, "ListObjectsV2", `max-keys`.
        assert_eq!(page_size(Some(5000), "max-keys").unwrap(), 1000);
        let error = page_size(Some(-1), "max-keys").unwrap_err();
        assert_eq!(error.message, "Argument maxKeys must be an integer between 0 and 2147483647");
    }
}
