//! Buckets and what hangs on them: plain data, no wire names.
//!
//! Objects and their versions are in `objects.rs`, website configurations in `website.rs`,
//! CORS rules in `cors.rs`.

use super::{
    checksum::UploadChecksum,
    cors::CorsRule,
    objects::{Checksum, Headers, Versions},
    website::Website,
};
use indexmap::IndexMap;
use nuvola_kernel::Map;
use nuvola_kernel::{Blob, Timestamp};
use serde::{Deserialize, Serialize};

/// Everything that S3 keeps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct S3State {
    /// By name: bucket names are unique across accounts and regions.
    pub buckets: Map<String, Bucket>,
    /// How many events were told of, ever: it orders those of one moment.
    pub event_count: u64,
    /// Whether the daily run of lifecycle rules is among the timers.
    pub lifecycle_scheduled: bool,
}

/// A general purpose bucket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bucket {
    pub name: String,
    pub owner_account: String,
    pub region: String,
    pub created_at: Timestamp,
    /// By key, in the order of its UTF-8 bytes, which is the order of every listing.
    ///
    /// Invariant: no stack of versions is empty.
    pub objects: Map<String, Versions>,
    /// Multipart uploads in progress by key, each list in the order of initiation.
    pub uploads: Map<String, Vec<Upload>>,
    pub versioning: Versioning,
    pub ownership: Option<Ownership>,
    pub acl: Acl,
    pub public_access_block: Option<PublicAccessBlock>,
    /// The bucket policy's JSON text, as it was put.
    pub policy: Option<String>,
    pub website: Option<Website>,
    pub cors: Option<Vec<CorsRule>>,
    pub tags: Option<IndexMap<String, String>>,
    pub encryption: Encryption,
    pub accelerate: Option<bool>,
    pub requester_pays: bool,
    pub logging: Option<Logging>,
    pub lifecycle: Option<Lifecycle>,
    pub notifications: Notifications,
}

impl Bucket {
    /// A bucket as `CreateBucket` leaves it: since April 2023 new buckets block public access, have ACLs
    /// disabled, and encrypt with SSE-S3.
    ///
    /// **Source**: Amazon S3 User Guide, "Default settings for new S3 buckets FAQ".
    pub fn new(name: &str, owner_account: &str, region: &str, created_at: Timestamp) -> Self {
        Bucket {
            name: name.to_owned(),
            owner_account: owner_account.to_owned(),
            region: region.to_owned(),
            created_at,
            objects: Map::new(),
            uploads: Map::new(),
            versioning: Versioning::Unversioned,
            ownership: Some(Ownership::BucketOwnerEnforced),
            acl: Acl::default(),
            public_access_block: Some(PublicAccessBlock::ALL),
            policy: None,
            website: None,
            cors: None,
            tags: None,
            encryption: Encryption::default(),
            accelerate: None,
            requester_pays: false,
            logging: None,
            lifecycle: None,
            notifications: Notifications::default(),
        }
    }

    /// The four switches; a bucket without a configuration blocks nothing.
    pub fn blocks(&self) -> PublicAccessBlock {
        self.public_access_block.unwrap_or_default()
    }

    /// Whether ACLs are disabled.
    pub fn owner_enforced(&self) -> bool {
        self.ownership == Some(Ownership::BucketOwnerEnforced)
    }

    pub fn upload(&self, key: &str, upload_id: &str) -> Option<&Upload> {
        self.uploads.get(key)?.iter().find(|upload| upload.id == upload_id)
    }

    pub fn upload_mut(&mut self, key: &str, upload_id: &str) -> Option<&mut Upload> {
        self.uploads.get_mut(key)?.iter_mut().find(|upload| upload.id == upload_id)
    }

    /// Takes an upload out; `None` when there is none of that id.
    pub fn remove_upload(&mut self, key: &str, upload_id: &str) -> Option<Upload> {
        let uploads = self.uploads.get_mut(key)?;
        let at = uploads.iter().position(|upload| upload.id == upload_id)?;
        let upload = uploads.remove(at);
        if uploads.is_empty() {
            self.uploads.remove(key);
        }
        Some(upload)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// Never enabled.
    Unversioned,
    Enabled,
    Suspended,
}

/// Who owns objects, and whether ACLs count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ownership {
    BucketOwnerEnforced,
    BucketOwnerPreferred,
    ObjectWriter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    pub block_public_acls: bool,
    pub ignore_public_acls: bool,
    pub block_public_policy: bool,
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    pub const ALL: Self = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// The grants beyond the owner's own full control.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Acl {
    pub grants: Vec<Grant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub grantee: Grantee,
    pub permission: Permission,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grantee {
    /// By canonical user id.
    User(String),
    /// By the group's URI.
    Group(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permission {
    FullControl,
    Read,
    Write,
    ReadAcp,
    WriteAcp,
}

/// Default encryption. There are no other keys than S3's own, so KMS settings are only kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub algorithm: String,
    pub kms_key_id: Option<String>,
    pub bucket_key: bool,
    /// Whether uploads with customer-provided keys are refused (the default for new buckets).
    pub blocks_sse_c: bool,
}

impl Default for Encryption {
    fn default() -> Self {
        Encryption {
            algorithm: "AES256".to_owned(),
            kms_key_id: None,
            bucket_key: false,
            blocks_sse_c: false,
        }
    }
}

/// Where access logs should go. Kept; no log is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    pub target_bucket: String,
    pub target_prefix: String,
}

/// Lifecycle rules, which `expiry.rs` acts on every midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    pub rules: Vec<LifecycleRule>,
    pub minimum_object_size: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRule {
    pub id: String,
    pub enabled: bool,
    /// The deprecated prefix beside the filter.
    pub prefix: Option<String>,
    pub filter: Option<LifecycleFilter>,
    pub expiration: Option<LifecycleAge>,
    pub transitions: Vec<LifecycleTransition>,
    pub noncurrent_transitions: Vec<NoncurrentTransition>,
    pub noncurrent_expiration: Option<NoncurrentExpiration>,
    pub abort_uploads_after_days: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LifecycleFilter {
    pub prefix: Option<String>,
    pub tags: Vec<(String, String)>,
    pub size_greater_than: Option<i64>,
    pub size_less_than: Option<i64>,
    /// Whether the conditions were wrapped in `And`.
    pub and: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LifecycleAge {
    Days(i64),
    Date(Timestamp),
    ExpiredDeleteMarkers(bool),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleTransition {
    pub after: LifecycleAge,
    pub storage_class: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoncurrentTransition {
    pub days: i64,
    pub newer_versions: Option<i64>,
    pub storage_class: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoncurrentExpiration {
    pub days: i64,
    pub newer_versions: Option<i64>,
}

/// Who is told of what happens to objects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notifications {
    pub targets: Vec<NotificationTarget>,
    pub event_bridge: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationTarget {
    pub id: String,
    pub kind: NotificationKind,
    pub arn: String,
    pub events: Vec<String>,
    /// `None`: no filter was given at all.
    pub filter: Option<Vec<(String, String)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotificationKind {
    Topic,
    Queue,
    Function,
}

/// A multipart upload in progress.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upload {
    pub id: String,
    pub initiated_at: Timestamp,
    /// The ARN of who began it.
    pub initiator: String,
    pub headers: Headers,
    pub metadata: IndexMap<String, String>,
    pub tags: IndexMap<String, String>,
    pub storage_class: String,
    pub encryption: Encryption,
    pub acl: Acl,
    pub checksum: Option<UploadChecksum>,
    pub parts: Map<u32, Part>,
}

/// An uploaded part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    pub body: Blob,
    /// Without quotes.
    pub etag: String,
    pub last_modified: Timestamp,
    pub checksum: Option<Checksum>,
}
