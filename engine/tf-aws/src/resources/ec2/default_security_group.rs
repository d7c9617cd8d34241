//! `aws_default_security_group`: takes over the group that every VPC has. It has exactly the rules that are
//! said, and stays when the resource is deleted.
//!
//! **Source**: the provider's documentation of the resource.

use super::{filter, first, rules, security_group, text, update_tags};
use crate::data::ResourceData;
use crate::failure::Failure;
use crate::resources::{ResourceType, action};
use crate::wire::ec2;
use serde_json::json;

pub static TYPE: ResourceType = ResourceType {
    customize: security_group::customize,
    ..ResourceType::new(
        "aws_default_security_group",
        action!(create),
        action!(security_group::read),
        Some(action!(security_group::update)),
        action!(delete),
    )
};

async fn create(data: &mut ResourceData) -> Result<(), String> {
    let wrap = |failure: Failure| format!("reading Default Security Group: {failure}");
    let mut filters = vec![filter("group-name", "default")];
    if !data.str("vpc_id").is_empty() {
        filters.push(filter("vpc-id", data.str("vpc_id")));
    }
    let found =
        data.call(&ec2::DESCRIBE_SECURITY_GROUPS, json!({ "Filters": filters })).await.map_err(wrap)?;
    let Some(group) = first(&found["SecurityGroups"]) else {
        return Err("reading Default Security Group: couldn't find resource".to_owned());
    };
    let id = text(&group["GroupId"]).to_owned();
    data.set_id(id.clone());
    for (member, revoke) in [
        ("IpPermissions", &ec2::REVOKE_SECURITY_GROUP_INGRESS),
        ("IpPermissionsEgress", &ec2::REVOKE_SECURITY_GROUP_EGRESS),
    ] {
        let atoms = rules::atoms_of_permissions(&group[member]);
        if !atoms.is_empty() {
            let input = json!({ "GroupId": id, "IpPermissions": rules::permissions(&atoms) });
            data.remove(revoke, input)
                .await
                .map_err(|failure| format!("revoking Default Security Group ({id}) rules: {failure}"))?;
        }
    }
    security_group::update_rules(data, &id).await?;
    update_tags(data, &id)
        .await
        .map_err(|failure| format!("updating tags for EC2 Default Security Group ({id}): {failure}"))
}

/// AWS does not let it go: it is only forgotten.
async fn delete(_data: &mut ResourceData) -> Result<(), String> {
    Ok(())
}
