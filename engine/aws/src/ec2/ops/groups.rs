//! Security groups.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::permissions::{IpPermission, folded};
use crate::ec2::shapes::{Filter, Tag, TagSpecification, shown_tags, tags_of};
use crate::ec2::state::{Group, Peer, Rule, Traffic};
use crate::ec2::{check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Creates a security group in the VPC; everything may go out, nothing may come in.
    ///
    /// **Source**: EC2 API Reference, "CreateSecurityGroup".
    pub CREATE_SECURITY_GROUP: CreateSecurityGroup {
        http: "POST" "/" 200,
        input: CreateSecurityGroupInput,
        output: CreateSecurityGroupOutput,
        errors: [
            "InvalidGroup.Duplicate",
            "InvalidGroup.Reserved",
            "InvalidParameterValue",
            "InvalidVpcID.NotFound",
            "SecurityGroupLimitExceeded",
        ],
        access: |cx, input| {
            let vpc = input.vpc_id.clone().unwrap_or_else(|| Network::of(cx).vpc());
            check::access_to_create(cx, "ec2:CreateSecurityGroup", Kind::SecurityGroup, &input.tag_specifications)
                .and(check::access_to(cx, "ec2:CreateSecurityGroup", Kind::Vpc, &vpc))
        },
        handler: create_security_group,
    }
}

operation! {
    /// Lists security groups by id, name or filter.
    ///
    /// **Source**: EC2 API Reference, "DescribeSecurityGroups".
    pub DESCRIBE_SECURITY_GROUPS: DescribeSecurityGroups {
        http: "POST" "/" 200,
        input: DescribeSecurityGroupsInput,
        output: DescribeSecurityGroupsOutput,
        errors: ["InvalidGroup.NotFound", "InvalidGroupId.Malformed", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeSecurityGroups", "*"),
        handler: describe_security_groups,
    }
}

operation! {
    /// Deletes a security group that nothing uses.
    ///
    /// **Source**: EC2 API Reference, "DeleteSecurityGroup".
    pub DELETE_SECURITY_GROUP: DeleteSecurityGroup {
        http: "POST" "/" 200,
        input: DeleteSecurityGroupInput,
        output: DeleteSecurityGroupOutput,
        errors: ["CannotDelete", "DependencyViolation", "InvalidGroup.NotFound", "MissingParameter"],
        access: |cx, input| {
            let id = input.group_id.clone().unwrap_or_else(|| "*".to_owned());
            check::access_to(cx, "ec2:DeleteSecurityGroup", Kind::SecurityGroup, &id)
        },
        handler: delete_security_group,
    }
}

shape! {
    /// What `CreateSecurityGroup` takes.
    pub struct CreateSecurityGroupInput {
        #[wire("Description", xml = "GroupDescription")] pub description: String,
        #[wire("GroupName")] pub group_name: String,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
    }

    /// What `CreateSecurityGroup` answers.
    pub struct CreateSecurityGroupOutput {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("SecurityGroupArn")] pub security_group_arn: Option<String>,
    }

    /// What `DescribeSecurityGroups` takes.
    pub struct DescribeSecurityGroupsInput {
        #[wire("GroupIds", xml = "GroupId")] pub group_ids: Vec<String>,
        #[wire("GroupNames", xml = "GroupName")] pub group_names: Vec<String>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
    }

    /// What `DescribeSecurityGroups` answers.
    pub struct DescribeSecurityGroupsOutput {
        #[wire("SecurityGroups", xml = "securityGroupInfo")] pub security_groups: Vec<SecurityGroup>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// A security group.
    pub struct SecurityGroup {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("IpPermissionsEgress")] pub ip_permissions_egress: Vec<IpPermission>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("SecurityGroupArn")] pub security_group_arn: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("Description", xml = "groupDescription")] pub description: Option<String>,
        #[wire("IpPermissions")] pub ip_permissions: Vec<IpPermission>,
    }

    /// What `DeleteSecurityGroup` takes.
    pub struct DeleteSecurityGroupInput {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
    }

    /// What `DeleteSecurityGroup` answers.
    pub struct DeleteSecurityGroupOutput {
        #[wire("Return")] pub done: Option<bool>,
        #[wire("GroupId")] pub group_id: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("description", "Description"),
    ("egress.ip-permission.cidr", "IpPermissionsEgress.IpRanges.CidrIp"),
    ("egress.ip-permission.from-port", "IpPermissionsEgress.FromPort"),
    ("egress.ip-permission.group-id", "IpPermissionsEgress.UserIdGroupPairs.GroupId"),
    ("egress.ip-permission.ipv6-cidr", "IpPermissionsEgress.Ipv6Ranges.CidrIpv6"),
    ("egress.ip-permission.protocol", "IpPermissionsEgress.IpProtocol"),
    ("egress.ip-permission.to-port", "IpPermissionsEgress.ToPort"),
    ("group-id", "GroupId"),
    ("group-name", "GroupName"),
    ("ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"),
    ("ip-permission.from-port", "IpPermissions.FromPort"),
    ("ip-permission.group-id", "IpPermissions.UserIdGroupPairs.GroupId"),
    ("ip-permission.ipv6-cidr", "IpPermissions.Ipv6Ranges.CidrIpv6"),
    ("ip-permission.protocol", "IpPermissions.IpProtocol"),
    ("ip-permission.to-port", "IpPermissions.ToPort"),
    ("owner-id", "OwnerId"),
    ("tag", "Tags"),
    ("vpc-id", "VpcId"),
];

/// Names and descriptions have few characters.
///
/// **Source**: EC2 API Reference, "CreateSecurityGroup".
fn check_text(text: &str, parameter: &str) -> ApiResult<()> {
    let legal = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.chars().count() > 255 {
        let text =
            format!("Value ({text}) for parameter {parameter} is invalid. Character limit of 255 exceeded.");
        return Err(errors::invalid_value(text));
    }
    if text.is_empty() || !text.chars().all(legal) {
        let text = format!(
            "Value ({text}) for parameter {parameter} is invalid. Character sets beyond ASCII are not supported."
        );
        return Err(errors::invalid_value(text));
    }
    Ok(())
}

fn create_security_group(
    cx: &mut OpContext<'_>,
    input: CreateSecurityGroupInput,
) -> ApiResult<CreateSecurityGroupOutput> {
    let network = Network::of(cx);
    let vpc = network.vpc();
    let name = input.group_name.as_str();
    check_text(name, "GroupName")?;
    check_text(&input.description, "GroupDescription")?;
    if name.starts_with("sg-") {
        let text = format!(
            "Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*"
        );
        return Err(errors::invalid_value(text));
    }
    if let Some(id) = input.vpc_id.as_ref().filter(|id| !id.is_empty()) {
        Kind::Vpc.require(&network, cx.state().ec2.at(&cx.region), std::slice::from_ref(id))?;
    }
    if name == "default" {
        return Err(errors::reserved_group(name));
    }
    let tags = check::tag_specifications(&input.tag_specifications, &[Kind::SecurityGroup])?;
    let tags = check::tags_for(&tags, Kind::SecurityGroup);
    let regional = cx.state().ec2.at(&cx.region);
    if network.group_by_name(regional, name).is_some() {
        return Err(errors::duplicate_group(name, &vpc));
    }
    if regional.groups.len() >= limits::GROUPS {
        return Err(errors::group_limit());
    }
    let id = Kind::SecurityGroup.draw(cx);
    let everywhere =
        Traffic { protocol: "-1".to_owned(), from: None, to: None, peer: Peer::Cidr("0.0.0.0/0".to_owned()) };
    let rule =
        Rule { id: Kind::SecurityGroupRule.draw(cx), egress: true, what: everywhere, description: None };
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    regional.rules.insert(rule.id.clone(), id.clone());
    if let Some(tags) = &tags {
        regional.tags.insert(id.clone(), tags.clone());
    }
    let group =
        Group { id: id.clone(), name: input.group_name, description: input.description, rules: vec![rule] };
    regional.groups.insert(id.clone(), group);
    Ok(CreateSecurityGroupOutput {
        security_group_arn: Some(check::arn(cx, Kind::SecurityGroup, &id)),
        group_id: Some(id),
        tags: shown_tags(tags.as_ref()),
    })
}

fn describe_security_groups(cx: &mut OpContext<'_>, input: DescribeSecurityGroupsInput) -> ApiResult<Listed> {
    let network = Network::of(cx);
    let regional = cx.state().ec2.at(&cx.region);
    for id in &input.group_ids {
        Kind::SecurityGroup.check(id)?;
        if network.group(regional, id).is_none() {
            return Err(errors::no_such_group(id));
        }
    }
    let mut wanted = input.group_ids.clone();
    for name in &input.group_names {
        let found = network.group_by_name(regional, name).map(|group| group.id.clone());
        wanted.push(found.ok_or_else(|| errors::no_such_group_name(name, &network.vpc()))?);
    }
    let listing = Listing {
        operation: "DescribeSecurityGroups",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !wanted.is_empty(),
    };
    let groups = network.groups(regional).into_iter();
    let chosen = groups.filter(|group| wanted.is_empty() || wanted.contains(&group.id));
    let shown = chosen.map(|group| (group.id.clone(), shown(cx, &network, &group).into_value()));
    Ok(listing.page_of(shown.collect())?.listed("SecurityGroups"))
}

fn shown(cx: &OpContext<'_>, network: &Network, group: &Group) -> SecurityGroup {
    let account = cx.account().to_string();
    let tags = tags_of(cx, &group.id);
    SecurityGroup {
        group_id: Some(group.id.clone()),
        ip_permissions_egress: folded(group, true, &account),
        tags: (!tags.is_empty()).then_some(tags),
        vpc_id: Some(network.vpc()),
        security_group_arn: Some(check::arn(cx, Kind::SecurityGroup, &group.id)),
        owner_id: Some(account.clone()),
        group_name: Some(group.name.clone()),
        description: Some(group.description.clone()),
        ip_permissions: folded(group, false, &account),
    }
}

/// The group that a request names by id, or by its name in the default VPC.
pub fn named(cx: &OpContext<'_>, id: Option<&str>, name: Option<&str>) -> ApiResult<String> {
    let network = Network::of(cx);
    let regional = cx.state().ec2.at(&cx.region);
    match (id, name) {
        (Some(id), _) => {
            Kind::SecurityGroup.check(id)?;
            let found = network.group(regional, id).map(|group| group.id.clone());
            found.ok_or_else(|| errors::no_such_group(id))
        }
        (None, Some(name)) => {
            let found = network.group_by_name(regional, name).map(|group| group.id.clone());
            found.ok_or_else(|| errors::no_such_group_name(name, &network.vpc()))
        }
        (None, None) => {
            let text = "The request must contain the parameter groupName or groupId";
            Err(errors::error("MissingParameter", text))
        }
    }
}

fn delete_security_group(
    cx: &mut OpContext<'_>,
    input: DeleteSecurityGroupInput,
) -> ApiResult<DeleteSecurityGroupOutput> {
    let id = named(cx, input.group_id.as_deref(), input.group_name.as_deref())?;
    let network = Network::of(cx);
    if id == network.default_group() {
        return Err(errors::default_group_stays(&id));
    }
    let regional = cx.state().ec2.at(&cx.region);
    let referenced = regional
        .groups
        .values()
        .filter(|group| group.id != id)
        .any(|group| group.rules.iter().any(|rule| rule.what.peer == Peer::Group(id.clone())));
    if referenced || regional.protected_by(&id).next().is_some() {
        return Err(errors::group_in_use(&id));
    }
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    if let Some(group) = regional.groups.remove(&id) {
        for rule in group.rules {
            regional.rules.remove(&rule.id);
            regional.tags.remove(&rule.id);
        }
        regional.tags.remove(&id);
    }
    Ok(DeleteSecurityGroupOutput { done: Some(true), group_id: Some(id) })
}
