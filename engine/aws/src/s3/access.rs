//! What S3's operations need permission for: identity policies, the bucket's policy, ACLs, and the switches
//! that block public access.

use super::{
    errors,
    names::canonical_user_id,
    policy,
    state::{Acl, Bucket, Grant, Grantee, Permission},
};
use crate::auth::{Access, Principal, ResourcePolicy};
use crate::context::OpContext;
use crate::service::ApiResult;
use serde_json::json;

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

/// An action on a bucket. A bucket that does not exist needs no permission: its absence is the answer.
pub fn to_bucket(cx: &OpContext<'_>, action: &str, bucket: &str) -> Access {
    let arn = format!("arn:aws:s3:::{bucket}");
    on(cx, action, arn, bucket, |found| permitted(cx, found, &found.acl, acl_permission(action)))
}

/// An action on an object, whether it exists or not.
pub fn to_object(cx: &OpContext<'_>, action: &str, bucket: &str, key: &str) -> Access {
    let arn = format!("arn:aws:s3:::{bucket}/{key}");
    on(cx, action, arn, bucket, |found| {
        // Writing is a permission on the bucket, everything else one on the object.
        if matches!(acl_permission(action), Some(Permission::Write)) {
            return permitted(cx, found, &found.acl, Some(Permission::Write));
        }
        let object = found.objects.get(key).and_then(|versions| versions.current_object());
        object.is_some_and(|(_, object)| permitted(cx, found, &object.acl, acl_permission(action)))
    })
}

fn on(
    cx: &OpContext<'_>,
    action: &str,
    arn: String,
    bucket: &str,
    acl_allows: impl Fn(&Bucket) -> bool,
) -> Access {
    let Some(found) = cx.state().s3.buckets.get(bucket) else { return Access::none() };
    let document = effective_policy(cx, found, action, &arn, acl_allows(found));
    let resource_policy =
        document.map(|document| ResourcePolicy { name: format!("arn:aws:s3:::{bucket}"), document });
    Access::to(action, arn).with_resource_policy(resource_policy)
}

/// The bucket's policy as far as it counts for this principal, with what the ACL grants as one statement more.
fn effective_policy(
    cx: &OpContext<'_>,
    bucket: &Bucket,
    action: &str,
    arn: &str,
    acl_allows: bool,
) -> Option<String> {
    let restricted = bucket.blocks().restrict_public_buckets && cx.principal == Principal::Anonymous;
    let document = bucket.policy.as_ref().filter(|text| !(restricted && policy::is_public(text)));
    if !acl_allows {
        return document.cloned();
    }
    let mut policy: serde_json::Value = document
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| json!({"Version": "2012-10-17", "Statement": []}));
    let grant = json!({"Sid": "ACL", "Effect": "Allow", "Principal": "*", "Action": action, "Resource": arn});
    match policy.get_mut("Statement") {
        Some(serde_json::Value::Array(statements)) => statements.push(grant),
        Some(single) => *single = json!([single.clone(), grant]),
        None => policy["Statement"] = json!([grant]),
    }
    Some(policy.to_string())
}

/// The ACL permission that stands for an action.
///
/// **Source**: S3 User Guide, "Access control list (ACL) overview", "Mapping of ACL permissions and access
/// policy permissions".
fn acl_permission(action: &str) -> Option<Permission> {
    match action {
        "s3:ListBucket"
        | "s3:ListBucketVersions"
        | "s3:ListBucketMultipartUploads"
        | "s3:GetObject"
        | "s3:GetObjectVersion" => Some(Permission::Read),
        "s3:PutObject" | "s3:DeleteObject" => Some(Permission::Write),
        "s3:GetBucketAcl" | "s3:GetObjectAcl" | "s3:GetObjectVersionAcl" => Some(Permission::ReadAcp),
        "s3:PutBucketAcl" | "s3:PutObjectAcl" | "s3:PutObjectVersionAcl" => Some(Permission::WriteAcp),
        _ => None,
    }
}

/// Whether a group's grant lets this principal do it.
fn permitted(cx: &OpContext<'_>, bucket: &Bucket, acl: &Acl, permission: Option<Permission>) -> bool {
    let Some(permission) = permission else { return false };
    if bucket.owner_enforced() || bucket.blocks().ignore_public_acls {
        return false;
    }
    acl.grants.iter().any(|grant| {
        let for_me = match &grant.grantee {
            Grantee::Group(uri) if uri == ALL_USERS => true,
            Grantee::Group(uri) => uri == AUTHENTICATED_USERS && cx.principal != Principal::Anonymous,
            Grantee::User(id) => {
                cx.principal != Principal::Anonymous && *id == canonical_user_id(cx.account().as_str())
            }
        };
        for_me && (grant.permission == permission || grant.permission == Permission::FullControl)
    })
}

/// Finds a bucket that the caller may speak of: it exists, is in the region that was asked, and belongs to
/// the account that the caller expects.
pub fn find_bucket<'c>(
    cx: &'c mut OpContext<'_>,
    name: &str,
    expected_owner: Option<&str>,
) -> ApiResult<&'c mut Bucket> {
    let region = cx.region.clone();
    // The global endpoint serves every region.
    let global = cx.request.http.host_name().ends_with("s3.amazonaws.com");
    let bucket = cx.s3().buckets.get_mut(name).ok_or_else(|| errors::no_such_bucket(name))?;
    if bucket.region != region.as_str() && !global {
        let endpoint = format!("{name}.s3.{}.amazonaws.com", bucket.region);
        return Err(errors::permanent_redirect(name, &endpoint, &bucket.region));
    }
    if expected_owner.is_some_and(|owner| owner != bucket.owner_account) {
        return Err(errors::access_denied());
    }
    Ok(bucket)
}

/// The ACL that a canned name stands for, beyond the owner's own full control.
///
/// **Source**: S3 User Guide, "Access control list (ACL) overview", "Canned ACL".
pub fn canned_acl(name: &str) -> Option<Acl> {
    let group = |uri: &str, permission| Grant { grantee: Grantee::Group(uri.to_owned()), permission };
    let grants = match name {
        "private" | "bucket-owner-full-control" | "bucket-owner-read" | "aws-exec-read" => Vec::new(),
        "public-read" => vec![group(ALL_USERS, Permission::Read)],
        "public-read-write" => vec![group(ALL_USERS, Permission::Read), group(ALL_USERS, Permission::Write)],
        "authenticated-read" => vec![group(AUTHENTICATED_USERS, Permission::Read)],
        "log-delivery-write" => {
            const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
            vec![group(LOG_DELIVERY, Permission::Write), group(LOG_DELIVERY, Permission::ReadAcp)]
        }
        _ => return None,
    };
    Some(Acl { grants })
}

/// Whether an ACL grants something to everyone.
pub fn is_public_acl(acl: &Acl) -> bool {
    acl.grants.iter().any(|grant| match &grant.grantee {
        Grantee::Group(uri) => uri == ALL_USERS || uri == AUTHENTICATED_USERS,
        Grantee::User(_) => false,
    })
}

/// `*` stands for any text, `?` for one character.
pub fn matches_glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((star_p, star_t)) = star {
            star = Some((star_p, star_t + 1));
            (p, t) = (star_p + 1, star_t + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}
