//! Tags of roles, users, policies and instance profiles.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::shapes::Tag;
use crate::iam::state::{Kind, Tags, key};
use crate::iam::{arns, check, errors};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Adds tags to a role, over those of the same keys.
    ///
    /// **Source**: IAM API Reference, "TagRole".
    pub TAG_ROLE: TagRole {
        http: "POST" "/" 200,
        input: TagRoleInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
        ],
        access: |cx, input| arns::with_request(Access::to("iam:TagRole", arns::role_arn(cx, &input.role_name)), &input.tags, None),
        handler: tag_role,
    }
}

operation! {
    /// Removes tags from a role.
    ///
    /// **Source**: IAM API Reference, "UntagRole".
    pub UNTAG_ROLE: UntagRole {
        http: "POST" "/" 200,
        input: UntagRoleInput,
        output: (),
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:UntagRole", arns::role_arn(cx, &input.role_name)).with_key("aws:TagKeys", input.tag_keys.iter().cloned()),
        handler: untag_role,
    }
}

operation! {
    /// Lists the tags of a role by key.
    ///
    /// **Source**: IAM API Reference, "ListRoleTags".
    pub LIST_ROLE_TAGS: ListRoleTags {
        http: "POST" "/" 200,
        input: ListRoleTagsInput,
        output: ListRoleTagsOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListRoleTags", arns::role_arn(cx, &input.role_name)),
        handler: list_role_tags,
    }
}

operation! {
    /// Adds tags to a user, over those of the same keys.
    ///
    /// **Source**: IAM API Reference, "TagUser".
    pub TAG_USER: TagUser {
        http: "POST" "/" 200,
        input: TagUserInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
        ],
        access: |cx, input| arns::with_request(Access::to("iam:TagUser", arns::user_arn(cx, &input.user_name)), &input.tags, None),
        handler: tag_user,
    }
}

operation! {
    /// Removes tags from a user.
    ///
    /// **Source**: IAM API Reference, "UntagUser".
    pub UNTAG_USER: UntagUser {
        http: "POST" "/" 200,
        input: UntagUserInput,
        output: (),
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:UntagUser", arns::user_arn(cx, &input.user_name)).with_key("aws:TagKeys", input.tag_keys.iter().cloned()),
        handler: untag_user,
    }
}

operation! {
    /// Lists the tags of a user by key.
    ///
    /// **Source**: IAM API Reference, "ListUserTags".
    pub LIST_USER_TAGS: ListUserTags {
        http: "POST" "/" 200,
        input: ListUserTagsInput,
        output: ListUserTagsOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListUserTags", arns::user_arn(cx, &input.user_name)),
        handler: list_user_tags,
    }
}

operation! {
    /// Adds tags to an instance profile, over those of the same keys.
    ///
    /// **Source**: IAM API Reference, "TagInstanceProfile".
    pub TAG_INSTANCE_PROFILE: TagInstanceProfile {
        http: "POST" "/" 200,
        input: TagInstanceProfileInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "InvalidInput",
            "LimitExceeded",
        ],
        access: |cx, input| arns::with_request(Access::to("iam:TagInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name)), &input.tags, None),
        handler: tag_instance_profile,
    }
}

operation! {
    /// Removes tags from an instance profile.
    ///
    /// **Source**: IAM API Reference, "UntagInstanceProfile".
    pub UNTAG_INSTANCE_PROFILE: UntagInstanceProfile {
        http: "POST" "/" 200,
        input: UntagInstanceProfileInput,
        output: (),
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |cx, input| Access::to("iam:UntagInstanceProfile", arns::profile_arn(cx, &input.instance_profile_name)).with_key("aws:TagKeys", input.tag_keys.iter().cloned()),
        handler: untag_instance_profile,
    }
}

operation! {
    /// Lists the tags of an instance profile by key.
    ///
    /// **Source**: IAM API Reference, "ListInstanceProfileTags".
    pub LIST_INSTANCE_PROFILE_TAGS: ListInstanceProfileTags {
        http: "POST" "/" 200,
        input: ListInstanceProfileTagsInput,
        output: ListInstanceProfileTagsOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListInstanceProfileTags", arns::profile_arn(cx, &input.instance_profile_name)),
        handler: list_instance_profile_tags,
    }
}

operation! {
    /// Adds tags to a managed policy, over those of the same keys.
    ///
    /// **Source**: IAM API Reference, "TagPolicy".
    pub TAG_POLICY: TagPolicy {
        http: "POST" "/" 200,
        input: TagPolicyInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "LimitExceeded",
            "InvalidInput",
        ],
        access: |_, input| arns::with_request(Access::to("iam:TagPolicy", input.policy_arn.as_str()), &input.tags, None),
        handler: tag_policy,
    }
}

operation! {
    /// Removes tags from a managed policy.
    ///
    /// **Source**: IAM API Reference, "UntagPolicy".
    pub UNTAG_POLICY: UntagPolicy {
        http: "POST" "/" 200,
        input: UntagPolicyInput,
        output: (),
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:UntagPolicy", input.policy_arn.as_str()).with_key("aws:TagKeys", input.tag_keys.iter().cloned()),
        handler: untag_policy,
    }
}

operation! {
    /// Lists the tags of a managed policy by key.
    ///
    /// **Source**: IAM API Reference, "ListPolicyTags".
    pub LIST_POLICY_TAGS: ListPolicyTags {
        http: "POST" "/" 200,
        input: ListPolicyTagsInput,
        output: ListPolicyTagsOutput,
        errors: ["NoSuchEntity", "InvalidInput"],
        access: |_, input| Access::to("iam:ListPolicyTags", input.policy_arn.as_str()),
        handler: list_policy_tags,
    }
}

shape! {
    /// What `TagRole` takes.
    pub struct TagRoleInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What `UntagRole` takes.
    pub struct UntagRoleInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("TagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What `ListRoleTags` takes.
    pub struct ListRoleTagsInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListRoleTags` answers.
    pub struct ListRoleTagsOutput {
        #[wire("Tags", required)] pub tags: Vec<Tag>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `TagUser` takes.
    pub struct TagUserInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What `UntagUser` takes.
    pub struct UntagUserInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("TagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What `ListUserTags` takes.
    pub struct ListUserTagsInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListUserTags` answers.
    pub struct ListUserTagsOutput {
        #[wire("Tags", required)] pub tags: Vec<Tag>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `TagInstanceProfile` takes.
    pub struct TagInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What `UntagInstanceProfile` takes.
    pub struct UntagInstanceProfileInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("TagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What `ListInstanceProfileTags` takes.
    pub struct ListInstanceProfileTagsInput {
        #[wire("InstanceProfileName")] pub instance_profile_name: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListInstanceProfileTags` answers.
    pub struct ListInstanceProfileTagsOutput {
        #[wire("Tags", required)] pub tags: Vec<Tag>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `TagPolicy` takes.
    pub struct TagPolicyInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("Tags", required)] pub tags: Vec<Tag>,
    }

    /// What `UntagPolicy` takes.
    pub struct UntagPolicyInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("TagKeys", required)] pub tag_keys: Vec<String>,
    }

    /// What `ListPolicyTags` takes.
    pub struct ListPolicyTagsInput {
        #[wire("PolicyArn")] pub policy_arn: String,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListPolicyTags` answers.
    pub struct ListPolicyTagsOutput {
        #[wire("Tags", required)] pub tags: Vec<Tag>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }
}

fn tag_role(cx: &mut OpContext<'_>, input: TagRoleInput) -> ApiResult<()> {
    tag(cx, Tagged::Role(&input.role_name), &input.tags)
}

fn untag_role(cx: &mut OpContext<'_>, input: UntagRoleInput) -> ApiResult<()> {
    untag(cx, Tagged::Role(&input.role_name), &input.tag_keys)
}

fn list_role_tags(cx: &mut OpContext<'_>, input: ListRoleTagsInput) -> ApiResult<ListRoleTagsOutput> {
    let tags = list(cx, Tagged::Role(&input.role_name))?;
    let page = check::page("ListRoleTags", tags, input.marker.as_deref(), input.max_items)?;
    Ok(ListRoleTagsOutput { tags: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}

fn tag_user(cx: &mut OpContext<'_>, input: TagUserInput) -> ApiResult<()> {
    tag(cx, Tagged::User(&input.user_name), &input.tags)
}

fn untag_user(cx: &mut OpContext<'_>, input: UntagUserInput) -> ApiResult<()> {
    untag(cx, Tagged::User(&input.user_name), &input.tag_keys)
}

fn list_user_tags(cx: &mut OpContext<'_>, input: ListUserTagsInput) -> ApiResult<ListUserTagsOutput> {
    let tags = list(cx, Tagged::User(&input.user_name))?;
    let page = check::page("ListUserTags", tags, input.marker.as_deref(), input.max_items)?;
    Ok(ListUserTagsOutput { tags: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}

fn tag_instance_profile(cx: &mut OpContext<'_>, input: TagInstanceProfileInput) -> ApiResult<()> {
    tag(cx, Tagged::InstanceProfile(&input.instance_profile_name), &input.tags)
}

fn untag_instance_profile(cx: &mut OpContext<'_>, input: UntagInstanceProfileInput) -> ApiResult<()> {
    untag(cx, Tagged::InstanceProfile(&input.instance_profile_name), &input.tag_keys)
}

fn list_instance_profile_tags(
    cx: &mut OpContext<'_>,
    input: ListInstanceProfileTagsInput,
) -> ApiResult<ListInstanceProfileTagsOutput> {
    let tags = list(cx, Tagged::InstanceProfile(&input.instance_profile_name))?;
    let page = check::page("ListInstanceProfileTags", tags, input.marker.as_deref(), input.max_items)?;
    Ok(ListInstanceProfileTagsOutput {
        tags: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

fn tag_policy(cx: &mut OpContext<'_>, input: TagPolicyInput) -> ApiResult<()> {
    tag(cx, Tagged::Policy(&input.policy_arn), &input.tags)
}

fn untag_policy(cx: &mut OpContext<'_>, input: UntagPolicyInput) -> ApiResult<()> {
    untag(cx, Tagged::Policy(&input.policy_arn), &input.tag_keys)
}

fn list_policy_tags(cx: &mut OpContext<'_>, input: ListPolicyTagsInput) -> ApiResult<ListPolicyTagsOutput> {
    let tags = list(cx, Tagged::Policy(&input.policy_arn))?;
    let page = check::page("ListPolicyTags", tags, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyTagsOutput { tags: page.items, is_truncated: Some(page.is_truncated), marker: page.marker })
}
/// Something with tags, by its name or ARN.
#[derive(Clone, Copy)]
enum Tagged<'a> {
    Role(&'a str),
    User(&'a str),
    InstanceProfile(&'a str),
    Policy(&'a str),
}

fn tags_of<'a>(cx: &'a mut OpContext<'_>, tagged: Tagged<'_>) -> ApiResult<&'a mut Tags> {
    match tagged {
        Tagged::Role(name) => Ok(&mut cx.iam().entity_mut(Kind::Role, name)?.tags),
        Tagged::User(name) => Ok(&mut cx.iam().entity_mut(Kind::User, name)?.tags),
        Tagged::InstanceProfile(name) => {
            let profile = cx.iam().instance_profiles.get_mut(&key(name));
            let profile = profile.filter(|profile| profile.name == name);
            profile.map(|profile| &mut profile.tags).ok_or_else(|| errors::no_such_instance_profile(name))
        }
        Tagged::Policy(arn) => {
            arns::check_policy(arn)?;
            let policy = cx.iam().policies.get_mut(arn).map(|policy| &mut policy.tags);
            policy.ok_or_else(|| errors::no_such_policy(arn))
        }
    }
}

fn tag(cx: &mut OpContext<'_>, tagged: Tagged<'_>, added: &[Tag]) -> ApiResult<()> {
    let added = check::tags(added)?;
    let quota = match tagged {
        Tagged::Role(_) => "TagsPerRole",
        Tagged::User(_) => "TagsPerUser",
        Tagged::InstanceProfile(_) => "TagsPerInstanceProfile",
        Tagged::Policy(_) => "TagsPerPolicy",
    };
    check::merge_tags(tags_of(cx, tagged)?, added, quota)
}

fn untag(cx: &mut OpContext<'_>, tagged: Tagged<'_>, keys: &[String]) -> ApiResult<()> {
    let keys: Vec<String> = keys.iter().map(|key| key.to_lowercase()).collect();
    tags_of(cx, tagged)?.retain(|(key, _)| !keys.contains(&key.to_lowercase()));
    Ok(())
}

fn list(cx: &mut OpContext<'_>, tagged: Tagged<'_>) -> ApiResult<Vec<(String, Tag)>> {
    let mut tags = tags_of(cx, tagged)?.clone();
    tags.sort();
    Ok(tags.into_iter().map(|(key, value)| (key.clone(), Tag { key, value })).collect())
}

/// Tags in an answer, which leaves them out where there are none.
pub fn shown(tags: &Tags) -> Option<Vec<Tag>> {
    let shown = || tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
    (!tags.is_empty()).then(|| shown().collect())
}
