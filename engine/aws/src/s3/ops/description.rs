//! What describes a new object: the members that PutObject, CopyObject and CreateMultipartUpload share.

use crate::context::OpContext;
use crate::s3::objects::Headers;
use crate::s3::state::{Acl, Encryption};
use crate::s3::{errors, limits, names};
use crate::service::ApiResult;
use indexmap::IndexMap;

/// Declares an input shape with the shared members after its own, and `take_description` for it.
macro_rules! described_input {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident { $($own:tt)* }
    ) => {
        ::nuvola_wire::shape! {
            $(#[doc = $doc])*
            pub struct $name {
                $($own)*
                #[wire("Bucket", label)] pub bucket: String,
                #[wire("Key", label)] pub key: String,
                #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
                pub expected_owner: Option<String>,
                #[wire("ACL", header = "x-amz-acl")] pub acl: Option<String>,
                #[wire("CacheControl", header = "Cache-Control")] pub cache_control: Option<String>,
                #[wire("ContentDisposition", header = "Content-Disposition")]
                pub content_disposition: Option<String>,
                #[wire("ContentEncoding", header = "Content-Encoding")] pub content_encoding: Option<String>,
                #[wire("ContentLanguage", header = "Content-Language")] pub content_language: Option<String>,
                #[wire("ContentType", header = "Content-Type")] pub content_type: Option<String>,
                #[wire("Expires", header = "Expires")] pub expires: Option<String>,
                #[wire("Metadata", prefix_headers = "x-amz-meta-")]
                pub metadata: ::indexmap::IndexMap<String, String>,
                #[wire("ServerSideEncryption", header = "x-amz-server-side-encryption")]
                pub encryption: Option<String>,
                #[wire("SSEKMSKeyId", header = "x-amz-server-side-encryption-aws-kms-key-id")]
                pub kms_key_id: Option<String>,
                #[wire("BucketKeyEnabled", header = "x-amz-server-side-encryption-bucket-key-enabled")]
                pub bucket_key: Option<bool>,
                #[wire("SSECustomerAlgorithm", header = "x-amz-server-side-encryption-customer-algorithm")]
                pub customer_algorithm: Option<String>,
                #[wire("StorageClass", header = "x-amz-storage-class")] pub storage_class: Option<String>,
                #[wire("WebsiteRedirectLocation", header = "x-amz-website-redirect-location")]
                pub website_redirect: Option<String>,
                #[wire("Tagging", header = "x-amz-tagging")] pub tagging: Option<String>,
                #[wire("ObjectLockMode", header = "x-amz-object-lock-mode")] pub lock_mode: Option<String>,
                #[wire("ObjectLockLegalHoldStatus", header = "x-amz-object-lock-legal-hold")]
                pub legal_hold: Option<String>,
            }
        }

        impl $name {
            /// Moves the shared members out.
            fn take_description(&mut self) -> $crate::s3::ops::description::Given {
                $crate::s3::ops::description::Given {
                    acl: self.acl.take(),
                    headers: $crate::s3::objects::Headers {
                        content_type: self.content_type.take(),
                        cache_control: self.cache_control.take(),
                        content_disposition: self.content_disposition.take(),
                        content_encoding: self.content_encoding.take(),
                        content_language: self.content_language.take(),
                        expires: self.expires.take(),
                        website_redirect: self.website_redirect.take(),
                    },
                    metadata: std::mem::take(&mut self.metadata),
                    encryption: self.encryption.take(),
                    kms_key_id: self.kms_key_id.take(),
                    bucket_key: self.bucket_key,
                    customer_algorithm: self.customer_algorithm.take(),
                    storage_class: self.storage_class.take(),
                    tagging: self.tagging.take(),
                    locked: self.lock_mode.is_some() || self.legal_hold.is_some(),
                }
            }
        }
    };
}
pub(crate) use described_input;

/// The shared members as they were given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub acl: Option<String>,
    pub headers: Headers,
    pub metadata: IndexMap<String, String>,
    pub encryption: Option<String>,
    pub kms_key_id: Option<String>,
    pub bucket_key: Option<bool>,
    pub customer_algorithm: Option<String>,
    pub storage_class: Option<String>,
    pub tagging: Option<String>,
    pub locked: bool,
}

/// The shared members, checked.
#[derive(Debug, Clone)]
pub struct Description {
    pub acl: Acl,
    pub headers: Headers,
    pub metadata: IndexMap<String, String>,
    pub tags: IndexMap<String, String>,
    pub encryption: Encryption,
    pub storage_class: String,
}

const STORAGE_CLASSES: [&str; 9] = [
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
    "EXPRESS_ONEZONE",
];

impl Given {
    /// Checks everything, against the bucket's settings where they matter.
    pub fn check(self, cx: &mut OpContext<'_>, bucket: &str, key: &str) -> ApiResult<Description> {
        if !names::is_valid_key(key) {
            return Err(errors::key_too_long(key));
        }
        if self.customer_algorithm.is_some() {
            cx.not_simulated("encryption with customer-provided keys (SSE-C)");
            return Err(errors::not_implemented_header(
                "x-amz-server-side-encryption-customer-algorithm",
                "Nuvola does not simulate encryption with customer-provided keys",
            ));
        }
        if self.locked {
            cx.not_simulated("Object Lock headers of an upload");
        }
        let size: usize = self.metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
        if size > limits::MAX_METADATA_BYTES {
            return Err(errors::metadata_too_large(size));
        }
        let storage_class = self.storage_class.unwrap_or_else(|| "STANDARD".to_owned());
        if !STORAGE_CLASSES.contains(&storage_class.as_str()) {
            return Err(errors::invalid_storage_class(&storage_class));
        }
        let tags = super::tagging::read_tag_header(self.tagging.as_deref())?;
        let mut headers = self.headers;
        let redirect_ok =
            |to: &String| ["/", "http://", "https://"].iter().any(|start| to.starts_with(start));
        if headers.website_redirect.as_ref().is_some_and(|to| !redirect_ok(to)) {
            return Err(errors::invalid_redirect_location());
        }
        headers.content_encoding = headers.content_encoding.and_then(|text| without_aws_chunked(&text));
        let acl = super::acl::object_acl(cx, bucket, key, self.acl.as_deref())?;
        let default = cx.s3().buckets.get(bucket).map(|bucket| bucket.encryption.clone()).unwrap_or_default();
        let encryption = match self.encryption {
            None => default,
            Some(algorithm) if matches!(algorithm.as_str(), "AES256" | "aws:kms" | "aws:kms:dsse") => {
                let kms_key_id = self.kms_key_id.filter(|_| algorithm != "AES256");
                Encryption {
                    algorithm,
                    kms_key_id,
                    bucket_key: self.bucket_key.unwrap_or(false),
                    blocks_sse_c: false,
                }
            }
            Some(other) => {
                return Err(errors::invalid_argument(
                    "The encryption method specified is not supported",
                    "x-amz-server-side-encryption",
                    &other,
                ));
            }
        };
        let metadata =
            self.metadata.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(Description { acl, headers, metadata, tags, encryption, storage_class })
    }
}

/// `aws-chunked` says how the body travelled, not what it is.
fn without_aws_chunked(text: &str) -> Option<String> {
    let kept: Vec<&str> = text.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked").collect();
    (!kept.is_empty() && kept != [""]).then(|| kept.join(", "))
}
