//! Instance profiles in instances: which is meant, and whether the caller may pass its role.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::errors;
use crate::ec2::state::Profile;
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// An instance profile by ARN or name.
    pub struct IamInstanceProfileSpecification {
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Name")] pub name: Option<String>,
    }
}

/// The service that assumes the role.
pub const PRINCIPAL: &str = "ec2.amazonaws.com";

/// What IAM knows of a profile.
pub struct Found {
    pub arn: String,
    pub id: String,
    /// The ARN of its role.
    pub role_arn: Option<String>,
}

/// The profile of this name or ARN, as it is now.
pub fn find(cx: &OpContext<'_>, name_or_arn: &str) -> Option<Found> {
    let iam = &cx.state().iam;
    let profile = iam.find_instance_profile(name_or_arn)?;
    Some(Found {
        arn: profile.arn.clone(),
        id: profile.id.clone(),
        role_arn: iam.profile_role(profile).map(|role| role.entity.arn.clone()),
    })
}

fn meant(cx: &OpContext<'_>, given: &IamInstanceProfileSpecification) -> ApiResult<Found> {
    match (given.arn.as_deref(), given.name.as_deref()) {
        (Some(_), Some(_)) => Err(errors::combination(
            "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
        )),
        (Some(arn), None) => {
            find(cx, arn).filter(|found| found.arn == arn).ok_or_else(|| errors::invalid_profile_arn(arn))
        }
        (None, name) => {
            let name = name.unwrap_or_default();
            find(cx, name).filter(|found| found.arn != name).ok_or_else(|| errors::invalid_profile_name(name))
        }
    }
}

/// The profile that a request means. Fails if the caller may not pass its role to EC2.
pub fn require(cx: &mut OpContext<'_>, given: &IamInstanceProfileSpecification) -> ApiResult<Found> {
    let found = meant(cx, given)?;
    let Some(role) = &found.role_arn else { return Err(errors::profile_without_role(&found.arn)) };
    let access = Access::to("iam:PassRole", role.as_str());
    cx.require(&access.with_key("iam:PassedToService", [PRINCIPAL.to_owned()]))?;
    Ok(found)
}

/// A profile in an instance from now on.
pub fn associate(cx: &mut OpContext<'_>, found: &Found) -> Profile {
    let association_id = crate::ec2::kinds::draw(cx, "iip-assoc");
    Profile { association_id, arn: found.arn.clone(), id: found.id.clone(), since: cx.now() }
}
