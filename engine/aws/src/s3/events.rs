//! Event notifications: what happened to an object, written as a record and sent to whoever is told.
//!
//! Delivered to Lambda functions (as asynchronous invocations), SQS queues and SNS topics, a moment after the request,
//! each by its own trace. A destination that is gone, or no longer lets S3 in, loses the event, as on AWS.
//! EventBridge is told of new and deleted objects, not of what else it could hear.

use super::names::customer_id;
use super::objects::Deleted;
use super::state::{Bucket, NotificationTarget};
use super::{Timer, destinations, read};
use crate::cloud;
use crate::context::OpContext;
use crate::trace::{Trace, TraceKind};
use nuvola_kernel::{Region, Timestamp};
use nuvola_wire::{protocol, uri};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How soon an event arrives. AWS says "typically in seconds"; a lab need not wait that long.
const DELIVERY_MS: i64 = 100;

/// The entity tag of nothing, which records of delete markers show.
const EMPTY_ETAG: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// Without `s3:`, as records name it: `ObjectCreated:Put`.
    pub event: &'static str,
    pub key: String,
    pub size_bytes: Option<u64>,
    /// Without quotes.
    pub etag: Option<String>,
    /// Absent in buckets that never had versioning.
    pub version_id: Option<String>,
}

impl Happening {
    /// An object or a version is gone, or behind a delete marker. `by_id`: a version was named.
    pub fn of_deletion(key: &str, deleted: &Deleted, by_id: bool) -> Self {
        let marker_created = deleted.delete_marker && !by_id;
        Happening {
            event: if marker_created { "ObjectRemoved:DeleteMarkerCreated" } else { "ObjectRemoved:Delete" },
            key: key.to_owned(),
            size_bytes: None,
            etag: marker_created.then(|| EMPTY_ETAG.to_owned()),
            version_id: deleted.version_id.clone(),
        }
    }
}

/// An event on its way to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub bucket: String,
    pub target: NotificationTarget,
    pub event: String,
    /// The message, a JSON text.
    pub message: String,
    /// The request that caused it.
    pub parent: Option<String>,
}

/// Sends an event to everyone who wants to know of it.
pub fn notify(cx: &mut OpContext<'_>, bucket: &str, happening: &Happening) {
    let Some(found) = cx.state().s3.buckets.get(bucket) else { return };
    let bridged = found.notifications.event_bridge;
    if found.notifications.targets.is_empty() && !bridged {
        return;
    }
    let wanted = |target: &&NotificationTarget| wants(target, happening.event, &happening.key);
    let targets: Vec<NotificationTarget> =
        found.notifications.targets.iter().filter(wanted).cloned().collect();
    let sequencer = sequencer(cx);
    if bridged {
        tell_event_bridge(cx, bucket, happening, &sequencer);
    }
    for target in targets {
        let Some(found) = cx.state().s3.buckets.get(bucket) else { return };
        let message = json!({"Records": [record(cx, found, &target.id, happening, &sequencer)]}).to_string();
        let event = happening.event.to_owned();
        deliver_later(cx, bucket, target, event, message);
    }
}

/// What EventBridge calls an event, and the operation that caused it.
///
/// **Source**: S3 User Guide, "Using EventBridge", "EventBridge event message structure".
fn bridged(event: &str) -> Option<(&'static str, &'static str)> {
    Some(match event {
        "ObjectCreated:Put" => ("Object Created", "PutObject"),
        "ObjectCreated:Post" => ("Object Created", "POST Object"),
        "ObjectCreated:Copy" => ("Object Created", "CopyObject"),
        "ObjectCreated:CompleteMultipartUpload" => ("Object Created", "CompleteMultipartUpload"),
        "ObjectRemoved:Delete" | "ObjectRemoved:DeleteMarkerCreated" => ("Object Deleted", "DeleteObject"),
        _ => return None,
    })
}

/// A bucket may tell EventBridge of everything: the default bus of its region.
fn tell_event_bridge(cx: &mut OpContext<'_>, bucket: &str, happening: &Happening, sequencer: &str) {
    let Some((detail_type, reason)) = bridged(happening.event) else { return };
    let Some(found) = cx.state().s3.buckets.get(bucket) else { return };
    let region = Region::new(found.region.clone());
    let mut object = Map::new();
    object.insert("key".to_owned(), happening.key.as_str().into());
    if let Some(size) = happening.size_bytes {
        object.insert("size".to_owned(), size.into());
    }
    if let Some(etag) = &happening.etag {
        object.insert("etag".to_owned(), etag.as_str().into());
    }
    if let Some(id) = &happening.version_id {
        object.insert("version-id".to_owned(), id.as_str().into());
    }
    object.insert("sequencer".to_owned(), sequencer.into());
    let mut detail = json!({
        "version": "0",
        "bucket": {"name": bucket},
        "object": object,
        "request-id": cx.request.request_id,
        "requester": cx.account().as_str(),
        "source-ip-address": cx.request.source_ip,
        "reason": reason,
    });
    if detail_type == "Object Deleted" {
        let marker = happening.event == "ObjectRemoved:DeleteMarkerCreated";
        detail["deletion-type"] = if marker { "Delete Marker Created" } else { "Permanently Deleted" }.into();
    }
    let entry = crate::events::Entry {
        source: "aws.s3".to_owned(),
        detail_type: detail_type.to_owned(),
        detail,
        resources: vec![format!("arn:aws:s3:::{bucket}")],
        parent: Some(cx.request.request_id.clone()).filter(|id| !id.is_empty()),
        ..crate::events::Entry::default()
    };
    let home = std::mem::replace(&mut cx.region, region);
    crate::events::emit(cx, entry);
    cx.region = home;
}

/// Tells of what happened to a version that is there, or to the current one.
pub fn tell(cx: &mut OpContext<'_>, event: &'static str, bucket: &str, key: &str, version_id: Option<&str>) {
    let Some(found) = cx.state().s3.buckets.get(bucket) else { return };
    let Ok(version) = read::object(found, key, version_id, "GET") else { return };
    let happening = Happening {
        event,
        key: key.to_owned(),
        size_bytes: None,
        etag: Some(version.object.etag.clone()),
        version_id: version.shown_id(found),
    };
    notify(cx, bucket, &happening);
}

/// Hands a message to the queue of deliveries.
pub fn deliver_later(
    cx: &mut OpContext<'_>,
    bucket: &str,
    target: NotificationTarget,
    event: String,
    message: String,
) {
    let parent = Some(cx.request.request_id.clone()).filter(|id| !id.is_empty());
    let delivery = Delivery { bucket: bucket.to_owned(), target, event, message, parent };
    let due_ms = cx.now_ms + DELIVERY_MS;
    cx.schedule(due_ms, cloud::Timer::S3(Timer::Deliver(Box::new(delivery))));
}

/// A delivery's time has come.
pub fn deliver(cx: &mut OpContext<'_>, delivery: Delivery) {
    let Some(bucket) = cx.state().s3.buckets.get(&delivery.bucket) else { return };
    let bucket_arn = format!("arn:aws:s3:::{}", bucket.name);
    cx.region = Region::new(bucket.region.clone());
    let id = cx.ids().uuid();
    let mut trace = Trace::begin(TraceKind::Delivery, cx.now_ms, &id);
    trace.parent = delivery.parent.clone();
    trace.service = "s3".to_owned();
    trace.operation = format!("s3:{}", delivery.event);
    trace.region = cx.region.to_string();
    trace.principal = destinations::PRINCIPAL.to_owned();
    trace.caller = Some(bucket_arn.clone());
    trace.resources = vec![delivery.target.arn.clone(), bucket_arn];
    trace.request_bytes = delivery.message.len() as u64;
    trace.status = 200;
    cx.trace = trace;
    if let Err(reason) = destinations::send(cx, &delivery) {
        cx.trace.status = 403;
        cx.trace.error_code = Some("DeliveryFailed".to_owned());
        cx.trace.error_message = Some(reason);
    }
    let trace = std::mem::replace(&mut cx.trace, Trace::begin(TraceKind::Delivery, cx.now_ms, ""));
    cx.tell(trace);
}

/// Whether a target asked for this event on this key.
fn wants(target: &NotificationTarget, event: &str, key: &str) -> bool {
    let named = target.events.iter().any(|wanted| {
        let wanted = wanted.strip_prefix("s3:").unwrap_or(wanted);
        match wanted.strip_suffix('*') {
            Some(group) => event.starts_with(group),
            None => wanted == event,
        }
    });
    named && affixes(target).fits(key)
}

/// The beginning and the end of keys that a target asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Affixes {
    pub prefix: String,
    pub suffix: String,
}

impl Affixes {
    fn fits(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }

    /// Whether there are keys that fit both.
    pub fn overlaps(&self, other: &Affixes) -> bool {
        let prefixes = self.prefix.starts_with(&other.prefix) || other.prefix.starts_with(&self.prefix);
        prefixes && (self.suffix.ends_with(&other.suffix) || other.suffix.ends_with(&self.suffix))
    }
}

/// Values of filters are URL-encoded where they have special characters.
///
/// **Source**: S3 User Guide, "Configuring event notifications using object key name filtering".
pub fn affixes(target: &NotificationTarget) -> Affixes {
    let mut affixes = Affixes::default();
    for (name, value) in target.filter.iter().flatten() {
        let value = uri::decode_form(value);
        if name.eq_ignore_ascii_case("prefix") {
            affixes.prefix = value;
        } else {
            affixes.suffix = value;
        }
    }
    affixes
}

/// The version of the record's structure.
///
/// **Source**: S3 User Guide, "Event message structure": 2.3 is for lifecycle, ACLs and tagging.
fn record_version(event: &str) -> &'static str {
    let newer = ["Lifecycle", "ObjectAcl", "ObjectTagging", "IntelligentTiering"];
    if newer.iter().any(|start| event.starts_with(start)) { "2.3" } else { "2.1" }
}

/// **Source**: S3 User Guide, "Event message structure".
fn record(
    cx: &OpContext<'_>,
    bucket: &Bucket,
    configuration_id: &str,
    happening: &Happening,
    sequencer: &str,
) -> Value {
    let mut object = Map::new();
    object.insert("key".to_owned(), encode_key(&happening.key).into());
    if let Some(size) = happening.size_bytes {
        object.insert("size".to_owned(), size.into());
    }
    if let Some(etag) = &happening.etag {
        object.insert("eTag".to_owned(), etag.as_str().into());
    }
    if let Some(id) = &happening.version_id {
        object.insert("versionId".to_owned(), id.as_str().into());
    }
    object.insert("sequencer".to_owned(), sequencer.into());
    let request_id = cx.request.request_id.as_str();
    // The cloud acting by itself (lifecycle) has neither a request nor an address.
    let by_itself = cx.request.http_id.is_none();
    json!({
        "eventVersion": record_version(happening.event),
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": cx.now().iso_millis(),
        "eventName": happening.event,
        "userIdentity": {"principalId": principal_id(cx, by_itself)},
        "requestParameters": {
            "sourceIPAddress": if by_itself { destinations::PRINCIPAL } else { cx.request.source_ip.as_str() },
        },
        "responseElements": {
            "x-amz-request-id": request_id,
            "x-amz-id-2": protocol::host_id(request_id),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": customer_id(&bucket.owner_account)},
                "arn": format!("arn:aws:s3:::{}", bucket.name),
            },
            "object": object,
        },
    })
}

/// Users and roles appear by their unique ids, the account's root user by the customer's.
fn principal_id(cx: &OpContext<'_>, by_itself: bool) -> String {
    use crate::auth::Principal;
    match &cx.principal {
        _ if by_itself => destinations::PRINCIPAL.to_owned(),
        Principal::Root => customer_id(cx.account().as_str()),
        Principal::User(_) | Principal::Role(_) => format!("AWS:{}", cx.principal.user_id(cx.account())),
        Principal::Service(name) => name.clone(),
        Principal::Anonymous => "Anonymous".to_owned(),
    }
}

/// What a queue gets when it becomes a destination.
///
/// **Source**: S3 User Guide, "Supported event types", `s3:TestEvent`.
pub fn test_message(cx: &OpContext<'_>, bucket: &str) -> String {
    let request_id = cx.request.request_id.as_str();
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": cx.now().iso_millis(),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": protocol::host_id(request_id),
    })
    .to_string()
}

/// Keys are written as forms are: spaces as `+`, slashes as they are.
fn encode_key(key: &str) -> String {
    let mut out = String::new();
    for byte in key.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'/' | b'-' | b'_' | b'.' | b'*' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Hexadecimal, and larger for what happened later: seconds, then the event's place within its second.
fn sequencer(cx: &mut OpContext<'_>) -> String {
    /// How many events of one millisecond can be told apart.
    const PER_MS: u64 = 1 << 22;
    let Timestamp(now_ms) = cx.now();
    let count = cx.s3().event_count;
    cx.s3().event_count = count + 1;
    let within = now_ms.rem_euclid(1000) as u64 * PER_MS + count % PER_MS;
    format!("{:010X}{within:08X}", now_ms.div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::state::NotificationKind;

    fn target(events: &[&str], filter: &[(&str, &str)]) -> NotificationTarget {
        NotificationTarget {
            id: "t".to_owned(),
            kind: NotificationKind::Function,
            arn: String::new(),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            filter: Some(filter.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()),
        }
    }

    #[test]
    fn targets_get_the_events_and_keys_that_they_asked_for() {
        // Source: S3 User Guide, "Configuring event notifications using object key name filtering".
        let images = target(&["s3:ObjectCreated:*"], &[("prefix", "in/"), ("Suffix", ".jpg")]);
        assert!(wants(&images, "ObjectCreated:Put", "in/a.jpg"));
        assert!(!wants(&images, "ObjectCreated:Put", "in/a.png"));
        assert!(!wants(&images, "ObjectCreated:Put", "out/a.jpg"));
        assert!(!wants(&images, "ObjectRemoved:Delete", "in/a.jpg"));
        let one = target(&["s3:ObjectRemoved:Delete"], &[("prefix", "my+photos/")]);
        assert!(wants(&one, "ObjectRemoved:Delete", "my photos/x"));
        assert!(!wants(&one, "ObjectRemoved:DeleteMarkerCreated", "my photos/x"));
    }

    #[test]
    fn keys_are_url_encoded() {
        // Source: S3 User Guide, "Event message structure": "red flower.jpg" is "red+flower.jpg".
        assert_eq!(encode_key("red flower.jpg"), "red+flower.jpg");
        assert_eq!(encode_key("a/b(1)é"), "a/b%281%29%C3%A9");
    }

    #[test]
    fn filters_overlap_when_a_key_fits_both() {
        // Source: S3 User Guide, "Configuring event notifications using object key name filtering",
        // its examples of invalid overlapping.
        let of = |prefix: &str, suffix: &str| Affixes { prefix: prefix.into(), suffix: suffix.into() };
        assert!(of("", "").overlaps(&of("images/", "")));
        assert!(of("images", "jpg").overlaps(&of("images/a", "")));
        assert!(!of("images/", "").overlaps(&of("logs/", "")));
        assert!(!of("", "jpg").overlaps(&of("", "png")));
    }
}
