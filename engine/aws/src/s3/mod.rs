//! S3: general purpose buckets, their objects and versions, and static websites.
//!
//! Simulated: the operations of the `SERVICE` table; bucket policies, ACLs and S3 Block Public Access;
//! conditional requests, ranges, checksums, multipart uploads, uploads by HTML forms (POST with a policy);
//! CORS; the website endpoint.
//! Event notifications go to functions, queues, topics and EventBridge; lifecycle rules act every midnight, UTC.
//! Not simulated: replication, Object Lock, keys of KMS and of customers, restoring from archives, access
//! logs, access points, directory and table buckets.
//!
//! Start reading at [`state`], then [`ops`]; [`endpoint`] has what is around the operations.

pub mod access;
mod checksum;
mod conditional;
mod cors;
mod destinations;
mod endpoint;
mod errors;
mod events;
mod expiry;
mod inventory;
mod limits;
mod listing;
mod missing;
mod names;
mod objects;
mod ops;
mod policy;
mod post;
mod read;
mod state;
mod tokens;
mod website;

use crate::cloud::CloudState;
use crate::context::OpContext;
use crate::service::{ResourceFacts, ServiceDef};
use nuvola_wire::{Protocol, ServiceSchema};
use serde::{Deserialize, Serialize};

pub use inventory::inventory;
pub use state::S3State as State;

/// How long version ids are.
const VERSION_ID_CHARS: usize = 32;

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "S3",
        protocol: Protocol::RestXml,
        signing_name: "s3",
        endpoint_prefix: "s3",
        api_version: "2006-03-01",
        xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/"),
        bare_xml_errors: true,
        malformed_code: Some("MalformedXML"),
        ..ServiceSchema::DEFAULT
    },
    facts: Some(facts),
    operations: &[
        &ops::buckets::CREATE_BUCKET,
        &ops::buckets::HEAD_BUCKET,
        &ops::buckets::DELETE_BUCKET,
        &ops::buckets::LIST_BUCKETS,
        &ops::buckets::GET_BUCKET_LOCATION,
        &ops::list::LIST_OBJECTS,
        &ops::list::LIST_OBJECTS_V2,
        &ops::list::LIST_OBJECT_VERSIONS,
        &endpoint::PUT_OBJECT,
        &ops::get::GET_OBJECT,
        &ops::get::HEAD_OBJECT,
        &ops::get::GET_OBJECT_ATTRIBUTES,
        &ops::copy::COPY_OBJECT,
        &ops::delete::DELETE_OBJECT,
        &ops::delete::DELETE_OBJECTS,
        &ops::multipart::CREATE_MULTIPART_UPLOAD,
        &endpoint::UPLOAD_PART,
        &ops::multipart::UPLOAD_PART_COPY,
        &ops::multipart::COMPLETE_MULTIPART_UPLOAD,
        &ops::multipart::ABORT_MULTIPART_UPLOAD,
        &ops::uploads::LIST_PARTS,
        &ops::uploads::LIST_MULTIPART_UPLOADS,
        &ops::tagging::PUT_BUCKET_TAGGING,
        &ops::tagging::GET_BUCKET_TAGGING,
        &ops::tagging::DELETE_BUCKET_TAGGING,
        &ops::tagging::PUT_OBJECT_TAGGING,
        &ops::tagging::GET_OBJECT_TAGGING,
        &ops::tagging::DELETE_OBJECT_TAGGING,
        &ops::acl::GET_BUCKET_ACL,
        &ops::acl::PUT_BUCKET_ACL,
        &ops::acl::GET_OBJECT_ACL,
        &ops::acl::PUT_OBJECT_ACL,
        &ops::acl::PUT_BUCKET_OWNERSHIP_CONTROLS,
        &ops::acl::GET_BUCKET_OWNERSHIP_CONTROLS,
        &ops::acl::DELETE_BUCKET_OWNERSHIP_CONTROLS,
        &ops::acl::PUT_PUBLIC_ACCESS_BLOCK,
        &ops::acl::GET_PUBLIC_ACCESS_BLOCK,
        &ops::acl::DELETE_PUBLIC_ACCESS_BLOCK,
        &ops::policy::PUT_BUCKET_POLICY,
        &ops::policy::GET_BUCKET_POLICY,
        &ops::policy::DELETE_BUCKET_POLICY,
        &ops::policy::GET_BUCKET_POLICY_STATUS,
        &ops::website::PUT_BUCKET_WEBSITE,
        &ops::website::GET_BUCKET_WEBSITE,
        &ops::website::DELETE_BUCKET_WEBSITE,
        &ops::website::PUT_BUCKET_CORS,
        &ops::website::GET_BUCKET_CORS,
        &ops::website::DELETE_BUCKET_CORS,
        &ops::settings::PUT_BUCKET_VERSIONING,
        &ops::settings::GET_BUCKET_VERSIONING,
        &ops::settings::PUT_BUCKET_ENCRYPTION,
        &ops::settings::GET_BUCKET_ENCRYPTION,
        &ops::settings::DELETE_BUCKET_ENCRYPTION,
        &ops::settings::PUT_BUCKET_ACCELERATE_CONFIGURATION,
        &ops::settings::GET_BUCKET_ACCELERATE_CONFIGURATION,
        &ops::settings::PUT_BUCKET_REQUEST_PAYMENT,
        &ops::settings::GET_BUCKET_REQUEST_PAYMENT,
        &ops::settings::PUT_BUCKET_LOGGING,
        &ops::settings::GET_BUCKET_LOGGING,
        &ops::lifecycle::PUT_BUCKET_LIFECYCLE_CONFIGURATION,
        &ops::lifecycle::GET_BUCKET_LIFECYCLE_CONFIGURATION,
        &ops::lifecycle::DELETE_BUCKET_LIFECYCLE,
        &ops::notifications::PUT_BUCKET_NOTIFICATION_CONFIGURATION,
        &ops::notifications::GET_BUCKET_NOTIFICATION_CONFIGURATION,
        &ops::settings::GET_BUCKET_REPLICATION,
        &ops::settings::DELETE_BUCKET_REPLICATION,
        &ops::settings::GET_OBJECT_LOCK_CONFIGURATION,
    ],
    not_simulated: missing::OPERATIONS,
    anonymous: true,
    intercept: Some(endpoint::intercept),
    finish: Some(endpoint::finish),
    data_plane: Some(endpoint::website),
    ..ServiceDef::DEFAULT
};

/// What permissions read of a bucket or of an object in it: the bucket's policy. The tags of buckets and
/// objects have keys of S3's own.
fn facts(state: &CloudState, arn: &str) -> ResourceFacts {
    let name = arn.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let policy = state.s3.buckets.get(name).and_then(|bucket| bucket.policy.clone());
    ResourceFacts { policy, tags: Vec::new() }
}

/// What happens in S3 by time alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// An event notification arrives.
    Deliver(Box<events::Delivery>),
    /// Midnight: lifecycle rules act.
    Lifecycle,
}

pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    match timer {
        Timer::Deliver(delivery) => events::deliver(cx, *delivery),
        Timer::Lifecycle => expiry::midnight(cx),
    }
}
