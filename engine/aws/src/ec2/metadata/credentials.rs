//! Credentials of an instance's role.

use crate::context::OpContext;
use crate::ec2::state::{Instance, RoleCredentials};
use crate::ec2::{check, kinds::Kind, limits, profile};
use crate::sts;
use nuvola_kernel::Timestamp;
use serde_json::json;

/// The role of the instance's profile, as both are now: its name and ARN.
pub fn role(cx: &OpContext<'_>, instance: &Instance) -> Option<(String, String)> {
    let arn = profile::find(cx, &instance.profile.as_ref()?.arn)?.role_arn?;
    Some((arn.rsplit('/').next().unwrap_or_default().to_owned(), arn))
}

/// What `iam/info` tells.
pub fn info(cx: &OpContext<'_>, instance: &Instance) -> Option<String> {
    let held = instance.profile.as_ref()?;
    let text = json!({
        "Code": "Success",
        "LastUpdated": updated_at(cx, instance).iso_seconds(),
        "InstanceProfileArn": held.arn,
        "InstanceProfileId": held.id,
    });
    serde_json::to_string_pretty(&text).ok()
}

fn updated_at(cx: &OpContext<'_>, instance: &Instance) -> Timestamp {
    let issued = instance.credentials.as_ref().map(|held| held.issued_at);
    issued.or_else(|| instance.profile.as_ref().map(|held| held.since)).unwrap_or_else(|| cx.now())
}

/// What `iam/security-credentials/ROLE` tells. New credentials are made some time before the old ones end.
pub fn document(cx: &mut OpContext<'_>, instance: &Instance, role_arn: &str) -> Option<String> {
    let text = match current(cx, instance, role_arn) {
        Some(held) => json!({
            "Code": "Success",
            "LastUpdated": held.issued_at.iso_seconds(),
            "Type": "AWS-HMAC",
            "AccessKeyId": held.credentials.access_key_id,
            "SecretAccessKey": held.credentials.secret_access_key,
            "Token": held.credentials.session_token,
            "Expiration": held.credentials.expires_at_ms.map(|at| Timestamp(at).iso_seconds()),
        }),
        None => json!({
            "Code": "AssumeRoleUnauthorizedAccess",
            "Message": format!(
                "EC2 cannot assume the role {}. Please see documentation at \
                 https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.",
                role_arn.rsplit('/').next().unwrap_or_default()
            ),
            "LastUpdated": cx.now().iso_seconds(),
        }),
    };
    serde_json::to_string_pretty(&text).ok()
}

fn current(cx: &mut OpContext<'_>, instance: &Instance, role_arn: &str) -> Option<RoleCredentials> {
    let now_ms = cx.now_ms;
    let fresh = |held: &&RoleCredentials| {
        let ends_at_ms = held.credentials.expires_at_ms.unwrap_or(0);
        held.role_arn == role_arn && ends_at_ms - limits::ROLE_RENEWAL_MS > now_ms
    };
    if let Some(held) = instance.credentials.as_ref().filter(fresh) {
        return Some(held.clone());
    }
    let caller = check::arn(cx, Kind::Instance, &instance.id);
    let (credentials, _) = sts::role_session(
        cx,
        role_arn,
        profile::PRINCIPAL,
        &instance.id,
        Some(caller),
        limits::ROLE_SESSION_S,
    )?;
    let held = RoleCredentials { role_arn: role_arn.to_owned(), issued_at: cx.now(), credentials };
    let region = cx.region.clone();
    if let Some(instance) = cx.ec2().at_mut(&region).instances.get_mut(&instance.id) {
        instance.credentials = Some(held.clone());
    }
    Some(held)
}
