//! `aws_iam_role`.
//!
//! **Source**: the provider's documentation of the resource; texts as its logic words them.

use super::{decode_document, texts, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::iam;
use serde_json::{Value as Json, json};

pub static TYPE: ResourceType =
    ResourceType::new("aws_iam_role", action!(create), action!(read), Some(action!(update)), action!(delete));

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let name = crate::names::of(data, "name", "name_prefix");
    let input = json!({
        "RoleName": name,
        "Path": data.opt("path"),
        "AssumeRolePolicyDocument": data.get("assume_role_policy"),
        "Description": data.opt("description"),
        "MaxSessionDuration": data.opt("max_session_duration"),
        "PermissionsBoundary": data.opt("permissions_boundary"),
        "Tags": data.tag_list(),
    });
    // A principal that was made just now may not be known everywhere yet.
    let passes = |failure: &Failure| failure.says("MalformedPolicyDocument", "Invalid principal in policy");
    let call = data.client.call_until(&data.region, &iam::CREATE_ROLE, input, passes);
    call.await.map_err(|failure| format!("creating IAM Role ({name}): {failure}"))?;
    data.set_id(name.clone());
    put_inline(data, &name).await.map_err(|failure| format!("creating IAM Role ({name}): {failure}"))?;
    for arn in texts(data.get("managed_policy_arns")) {
        let input = json!({ "RoleName": name, "PolicyArn": arn });
        let call = data.call(&iam::ATTACH_ROLE_POLICY, input);
        call.await.map_err(|failure| format!("creating IAM Role ({name}): {failure}"))?;
    }
    Ok(())
}

fn inline_policies(json: &Json) -> Vec<(String, String)> {
    let named = json.as_array().into_iter().flatten();
    let both =
        named.filter_map(|one| Some((one["name"].as_str()?.to_owned(), one["policy"].as_str()?.to_owned())));
    both.filter(|(name, _)| !name.is_empty()).collect()
}

async fn put_inline(data: &ResourceData, role: &str) -> Result<(), Failure> {
    for (name, policy) in inline_policies(data.get("inline_policy")) {
        let input = json!({ "RoleName": role, "PolicyName": name, "PolicyDocument": policy });
        data.call(&iam::PUT_ROLE_POLICY, input).await?;
    }
    Ok(())
}

async fn read(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("reading IAM Role ({name}): {failure}");
    let Some(output) = data.find(&iam::GET_ROLE, json!({ "RoleName": name })).await.map_err(wrap)? else {
        data.clear();
        return Ok(());
    };
    let role = &output["Role"];
    data.set_all(json!({
        "arn": role["Arn"],
        "assume_role_policy": decode_document(&role["AssumeRolePolicyDocument"]),
        "create_date": role["CreateDate"],
        "description": role["Description"].as_str().unwrap_or_default(),
        "max_session_duration": role["MaxSessionDuration"],
        "name": role["RoleName"],
        "name_prefix": crate::resources::name_prefix(role["RoleName"].as_str().unwrap_or_default()),
        "path": role["Path"],
        "permissions_boundary": role["PermissionsBoundary"]["PermissionsBoundaryArn"].as_str().unwrap_or_default(),
        "unique_id": role["RoleId"],
    }));
    let tags = role["Tags"].clone();
    data.read_tag_list(&tags);
    let policies = read_inline(data, &name).await.map_err(wrap)?;
    data.set("inline_policy", policies);
    let input = json!({ "RoleName": name });
    let attached = data.call(&iam::LIST_ATTACHED_ROLE_POLICIES, input).await.map_err(wrap)?;
    let arns = attached["AttachedPolicies"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|policy| policy["PolicyArn"].clone());
    data.set("managed_policy_arns", arns.collect::<Json>());
    Ok(())
}

async fn read_inline(data: &ResourceData, role: &str) -> Result<Json, Failure> {
    let listed = data.call(&iam::LIST_ROLE_POLICIES, json!({ "RoleName": role })).await?;
    let mut out = Vec::new();
    for name in texts(&listed["PolicyNames"]) {
        let policy =
            data.call(&iam::GET_ROLE_POLICY, json!({ "RoleName": role, "PolicyName": name })).await?;
        out.push(json!({ "name": name, "policy": decode_document(&policy["PolicyDocument"]) }));
    }
    Ok(Json::Array(out))
}

async fn update(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("updating IAM Role ({name}): {failure}");
    if data.changed("assume_role_policy") {
        let input = json!({ "RoleName": name, "PolicyDocument": data.get("assume_role_policy") });
        let passes =
            |failure: &Failure| failure.says("MalformedPolicyDocument", "Invalid principal in policy");
        let call = data.client.call_until(&data.region, &iam::UPDATE_ASSUME_ROLE_POLICY, input, passes);
        call.await.map_err(|failure| format!("updating IAM Role ({name}) assume role policy: {failure}"))?;
    }
    if data.changed_any(&["description", "max_session_duration"]) {
        let input = json!({
            "RoleName": name,
            "Description": data.str("description"),
            "MaxSessionDuration": data.opt("max_session_duration"),
        });
        data.call(&iam::UPDATE_ROLE, input).await.map_err(wrap)?;
    }
    if data.changed("permissions_boundary") {
        let boundary = data.opt("permissions_boundary");
        if boundary.is_null() {
            data.call(&iam::DELETE_ROLE_PERMISSIONS_BOUNDARY, json!({ "RoleName": name }))
                .await
                .map_err(wrap)?;
        } else {
            let input = json!({ "RoleName": name, "PermissionsBoundary": boundary });
            data.call(&iam::PUT_ROLE_PERMISSIONS_BOUNDARY, input).await.map_err(wrap)?;
        }
    }
    update_policies(data, &name).await.map_err(wrap)?;
    let operations = (&iam::TAG_ROLE, &iam::UNTAG_ROLE);
    update_tags(data, operations, "RoleName", &name)
        .await
        .map_err(|failure| format!("updating tags for IAM Role ({name}): {failure}"))
}

async fn update_policies(data: &ResourceData, role: &str) -> Result<(), Failure> {
    let nothing = Json::Null;
    if data.changed("inline_policy") {
        let old = inline_policies(data.prior.get("inline_policy").unwrap_or(&nothing));
        let new = inline_policies(data.get("inline_policy"));
        for (name, _) in old.iter().filter(|(name, _)| !new.iter().any(|(kept, _)| kept == name)) {
            data.remove(&iam::DELETE_ROLE_POLICY, json!({ "RoleName": role, "PolicyName": name })).await?;
        }
        put_inline(data, role).await?;
    }
    if data.changed("managed_policy_arns") {
        let old = texts(data.prior.get("managed_policy_arns").unwrap_or(&nothing));
        let new = texts(data.get("managed_policy_arns"));
        for arn in old.iter().filter(|arn| !new.contains(arn)) {
            data.remove(&iam::DETACH_ROLE_POLICY, json!({ "RoleName": role, "PolicyArn": arn })).await?;
        }
        for arn in new.iter().filter(|arn| !old.contains(arn)) {
            data.call(&iam::ATTACH_ROLE_POLICY, json!({ "RoleName": role, "PolicyArn": arn })).await?;
        }
    }
    Ok(())
}

async fn delete(data: &mut ResourceData) -> Result<(), String> {
    let name = data.id().to_owned();
    let wrap = |failure: Failure| format!("deleting IAM Role ({name}): {failure}");
    leave_profiles(data, &name).await.map_err(wrap)?;
    let forced = data.bool("force_detach_policies");
    if forced || non_empty(data.get("managed_policy_arns")) {
        let input = json!({ "RoleName": name });
        if let Some(attached) = data.find(&iam::LIST_ATTACHED_ROLE_POLICIES, input).await.map_err(wrap)? {
            let mine = texts(data.get("managed_policy_arns"));
            for policy in attached["AttachedPolicies"].as_array().into_iter().flatten() {
                let arn = policy["PolicyArn"].as_str().unwrap_or_default();
                if forced || mine.iter().any(|one| one == arn) {
                    let input = json!({ "RoleName": name, "PolicyArn": arn });
                    data.remove(&iam::DETACH_ROLE_POLICY, input).await.map_err(wrap)?;
                }
            }
        }
    }
    let inline = if forced {
        let listed = data.find(&iam::LIST_ROLE_POLICIES, json!({ "RoleName": name })).await.map_err(wrap)?;
        texts(&listed.unwrap_or_default()["PolicyNames"])
    } else {
        inline_policies(data.get("inline_policy")).into_iter().map(|(name, _)| name).collect()
    };
    for policy in inline {
        let input = json!({ "RoleName": name, "PolicyName": policy });
        data.remove(&iam::DELETE_ROLE_POLICY, input).await.map_err(wrap)?;
    }
    data.remove(&iam::DELETE_ROLE, json!({ "RoleName": name })).await.map_err(wrap)
}

fn non_empty(json: &Json) -> bool {
    json.as_array().is_some_and(|items| !items.is_empty())
}

/// A role in an instance profile cannot be deleted.
async fn leave_profiles(data: &ResourceData, role: &str) -> Result<(), Failure> {
    let input = json!({ "RoleName": role });
    let listed = data.find(&iam::LIST_INSTANCE_PROFILES_FOR_ROLE, input).await?.unwrap_or_default();
    for profile in listed["InstanceProfiles"].as_array().into_iter().flatten() {
        let input = json!({ "RoleName": role, "InstanceProfileName": profile["InstanceProfileName"] });
        data.remove(&iam::REMOVE_ROLE_FROM_INSTANCE_PROFILE, input).await?;
    }
    Ok(())
}
