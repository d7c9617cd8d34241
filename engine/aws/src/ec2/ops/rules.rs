//! Rules of security groups.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::ops::groups::named;
use crate::ec2::permissions::{self, IpPermission, IpRange, UserIdGroupPair, Wanted};
use crate::ec2::shapes::{Done, Filter, Tag, TagSpecification, tags_of};
use crate::ec2::state::{Group, Peer, Rule, Tags, Traffic};
use crate::ec2::{check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Lets traffic in.
    ///
    /// **Source**: EC2 API Reference, "AuthorizeSecurityGroupIngress".
    pub AUTHORIZE_SECURITY_GROUP_INGRESS: AuthorizeSecurityGroupIngress {
        http: "POST" "/" 200,
        input: RulesInput,
        output: AuthorizeOutput,
        errors: [
            "InvalidGroup.NotFound",
            "InvalidParameterValue",
            "InvalidPermission.Duplicate",
            "MissingParameter",
            "RulesPerSecurityGroupLimitExceeded",
        ],
        access: |cx, input| access(cx, "ec2:AuthorizeSecurityGroupIngress", input),
        handler: |cx: &mut OpContext<'_>, input: RulesInput| authorize(cx, &input, false),
    }
}

operation! {
    /// Lets traffic out.
    ///
    /// **Source**: EC2 API Reference, "AuthorizeSecurityGroupEgress".
    pub AUTHORIZE_SECURITY_GROUP_EGRESS: AuthorizeSecurityGroupEgress {
        http: "POST" "/" 200,
        input: RulesInput,
        output: AuthorizeOutput,
        errors: [
            "InvalidGroup.NotFound",
            "InvalidParameterValue",
            "InvalidPermission.Duplicate",
            "RulesPerSecurityGroupLimitExceeded",
        ],
        access: |cx, input| access(cx, "ec2:AuthorizeSecurityGroupEgress", input),
        handler: |cx: &mut OpContext<'_>, input: RulesInput| authorize(cx, &input, true),
    }
}

operation! {
    /// Lets traffic in no longer.
    ///
    /// **Source**: EC2 API Reference, "RevokeSecurityGroupIngress".
    pub REVOKE_SECURITY_GROUP_INGRESS: RevokeSecurityGroupIngress {
        http: "POST" "/" 200,
        input: RulesInput,
        output: RevokeOutput,
        errors: ["InvalidGroup.NotFound", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"],
        access: |cx, input| access(cx, "ec2:RevokeSecurityGroupIngress", input),
        handler: |cx: &mut OpContext<'_>, input: RulesInput| revoke(cx, &input, false),
    }
}

operation! {
    /// Lets traffic out no longer.
    ///
    /// **Source**: EC2 API Reference, "RevokeSecurityGroupEgress".
    pub REVOKE_SECURITY_GROUP_EGRESS: RevokeSecurityGroupEgress {
        http: "POST" "/" 200,
        input: RulesInput,
        output: RevokeOutput,
        errors: ["InvalidGroup.NotFound", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound"],
        access: |cx, input| access(cx, "ec2:RevokeSecurityGroupEgress", input),
        handler: |cx: &mut OpContext<'_>, input: RulesInput| revoke(cx, &input, true),
    }
}

operation! {
    /// Lists rules, each by itself.
    ///
    /// **Source**: EC2 API Reference, "DescribeSecurityGroupRules".
    pub DESCRIBE_SECURITY_GROUP_RULES: DescribeSecurityGroupRules {
        http: "POST" "/" 200,
        input: DescribeSecurityGroupRulesInput,
        output: DescribeSecurityGroupRulesOutput,
        errors: ["InvalidParameterValue", "InvalidSecurityGroupRuleId.NotFound"],
        access: |_, _| Access::to("ec2:DescribeSecurityGroupRules", "*"),
        handler: describe_security_group_rules,
    }
}

operation! {
    /// Changes what rules let through; their ids stay.
    ///
    /// **Source**: EC2 API Reference, "ModifySecurityGroupRules".
    pub MODIFY_SECURITY_GROUP_RULES: ModifySecurityGroupRules {
        http: "POST" "/" 200,
        input: ModifySecurityGroupRulesInput,
        output: Done,
        errors: ["InvalidGroup.NotFound", "InvalidPermission.Duplicate", "InvalidSecurityGroupRuleId.NotFound"],
        access: |cx, input| check::access_to(cx, "ec2:ModifySecurityGroupRules", Kind::SecurityGroup, &input.group_id),
        handler: modify_security_group_rules,
    }
}

operation! {
    /// Changes the descriptions of rules that let traffic in.
    ///
    /// **Source**: EC2 API Reference, "UpdateSecurityGroupRuleDescriptionsIngress".
    pub UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_INGRESS: UpdateSecurityGroupRuleDescriptionsIngress {
        http: "POST" "/" 200,
        input: DescriptionsInput,
        output: Done,
        errors: ["InvalidGroup.NotFound", "InvalidPermission.NotFound"],
        access: |cx, input| descriptions_access(cx, "ec2:UpdateSecurityGroupRuleDescriptionsIngress", input),
        handler: |cx: &mut OpContext<'_>, input: DescriptionsInput| describe_rules(cx, &input, false),
    }
}

operation! {
    /// Changes the descriptions of rules that let traffic out.
    ///
    /// **Source**: EC2 API Reference, "UpdateSecurityGroupRuleDescriptionsEgress".
    pub UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_EGRESS: UpdateSecurityGroupRuleDescriptionsEgress {
        http: "POST" "/" 200,
        input: DescriptionsInput,
        output: Done,
        errors: ["InvalidGroup.NotFound", "InvalidPermission.NotFound"],
        access: |cx, input| descriptions_access(cx, "ec2:UpdateSecurityGroupRuleDescriptionsEgress", input),
        handler: |cx: &mut OpContext<'_>, input: DescriptionsInput| describe_rules(cx, &input, true),
    }
}

shape! {
    /// What the operations that add and take away rules take.
    pub struct RulesInput {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("IpPermissions")] pub ip_permissions: Vec<IpPermission>,
        #[wire("CidrIp")] pub cidr_ip: Option<String>,
        #[wire("IpProtocol")] pub ip_protocol: Option<String>,
        #[wire("FromPort")] pub from_port: Option<i32>,
        #[wire("ToPort")] pub to_port: Option<i32>,
        #[wire("SourceSecurityGroupName")] pub source_security_group_name: Option<String>,
        #[wire("SecurityGroupRuleIds", xml = "SecurityGroupRuleId")] pub security_group_rule_ids: Vec<String>,
        #[wire("TagSpecifications", xml = "TagSpecification")] pub tag_specifications: Vec<TagSpecification>,
    }

    /// What adding rules answers.
    pub struct AuthorizeOutput {
        #[wire("Return")] pub done: Option<bool>,
        #[wire("SecurityGroupRules", xml = "securityGroupRuleSet")] pub security_group_rules: Vec<SecurityGroupRule>,
    }

    /// What taking rules away answers.
    pub struct RevokeOutput {
        #[wire("Return")] pub done: Option<bool>,
        #[wire("RevokedSecurityGroupRules", xml = "revokedSecurityGroupRuleSet")] pub revoked: Vec<RevokedRule>,
    }

    /// A rule.
    pub struct SecurityGroupRule {
        #[wire("SecurityGroupRuleId")] pub security_group_rule_id: Option<String>,
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("GroupOwnerId")] pub group_owner_id: Option<String>,
        #[wire("IsEgress")] pub is_egress: Option<bool>,
        #[wire("IpProtocol")] pub ip_protocol: Option<String>,
        #[wire("FromPort")] pub from_port: Option<i32>,
        #[wire("ToPort")] pub to_port: Option<i32>,
        #[wire("CidrIpv4")] pub cidr_ipv4: Option<String>,
        #[wire("CidrIpv6")] pub cidr_ipv6: Option<String>,
        #[wire("ReferencedGroupInfo")] pub referenced_group_info: Option<ReferencedGroup>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Vec<Tag>,
        #[wire("SecurityGroupRuleArn")] pub security_group_rule_arn: Option<String>,
    }

    /// A group as a peer.
    pub struct ReferencedGroup {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("UserId")] pub user_id: Option<String>,
    }

    /// A rule that is gone.
    pub struct RevokedRule {
        #[wire("SecurityGroupRuleId")] pub security_group_rule_id: Option<String>,
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("IsEgress")] pub is_egress: Option<bool>,
        #[wire("IpProtocol")] pub ip_protocol: Option<String>,
        #[wire("FromPort")] pub from_port: Option<i32>,
        #[wire("ToPort")] pub to_port: Option<i32>,
        #[wire("CidrIpv4")] pub cidr_ipv4: Option<String>,
        #[wire("CidrIpv6")] pub cidr_ipv6: Option<String>,
        #[wire("ReferencedGroupId")] pub referenced_group_id: Option<String>,
        #[wire("Description")] pub description: Option<String>,
    }

    /// What `DescribeSecurityGroupRules` takes.
    pub struct DescribeSecurityGroupRulesInput {
        #[wire("SecurityGroupRuleIds", xml = "SecurityGroupRuleId")] pub security_group_rule_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeSecurityGroupRules` answers.
    pub struct DescribeSecurityGroupRulesOutput {
        #[wire("SecurityGroupRules", xml = "securityGroupRuleSet")] pub security_group_rules: Vec<SecurityGroupRule>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `ModifySecurityGroupRules` takes.
    pub struct ModifySecurityGroupRulesInput {
        #[wire("GroupId")] pub group_id: String,
        #[wire("SecurityGroupRules", xml = "SecurityGroupRule", required)] pub security_group_rules: Vec<RuleUpdate>,
    }

    /// A rule as it is to be.
    pub struct RuleUpdate {
        #[wire("SecurityGroupRuleId")] pub security_group_rule_id: String,
        #[wire("SecurityGroupRule")] pub security_group_rule: Option<RuleRequest>,
    }

    /// What a rule is to let through.
    pub struct RuleRequest {
        #[wire("IpProtocol")] pub ip_protocol: Option<String>,
        #[wire("FromPort")] pub from_port: Option<i32>,
        #[wire("ToPort")] pub to_port: Option<i32>,
        #[wire("CidrIpv4")] pub cidr_ipv4: Option<String>,
        #[wire("CidrIpv6")] pub cidr_ipv6: Option<String>,
        #[wire("PrefixListId")] pub prefix_list_id: Option<String>,
        #[wire("ReferencedGroupId")] pub referenced_group_id: Option<String>,
        #[wire("Description")] pub description: Option<String>,
    }

    /// What the operations that describe rules take.
    pub struct DescriptionsInput {
        #[wire("GroupId")] pub group_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("IpPermissions")] pub ip_permissions: Vec<IpPermission>,
        #[wire("SecurityGroupRuleDescriptions", xml = "SecurityGroupRuleDescription")] pub descriptions: Vec<RuleDescription>,
    }

    /// A description of a rule.
    pub struct RuleDescription {
        #[wire("SecurityGroupRuleId")] pub security_group_rule_id: Option<String>,
        #[wire("Description")] pub description: Option<String>,
    }
}

const FILTERS: Filters =
    &[("group-id", "GroupId"), ("security-group-rule-id", "SecurityGroupRuleId"), ("tag", "Tags")];

fn access(cx: &OpContext<'_>, action: &str, input: &RulesInput) -> Access {
    let id = named(cx, input.group_id.as_deref(), input.group_name.as_deref());
    let id = id.unwrap_or_else(|_| "*".to_owned());
    let access = check::access_to(cx, action, Kind::SecurityGroup, &id);
    if input.tag_specifications.is_empty() {
        return access;
    }
    let operation = action.rsplit(':').next().unwrap_or_default().to_owned();
    let rules = check::arn(cx, Kind::SecurityGroupRule, "*");
    let tagging = Access::to("ec2:CreateTags", rules).with_key("ec2:CreateAction", [operation]);
    access.and(check::with_request_tags(tagging, &input.tag_specifications))
}

fn descriptions_access(cx: &OpContext<'_>, action: &str, input: &DescriptionsInput) -> Access {
    let id = named(cx, input.group_id.as_deref(), input.group_name.as_deref());
    check::access_to(cx, action, Kind::SecurityGroup, &id.unwrap_or_else(|_| "*".to_owned()))
}

/// The rules that a request describes, in its newer form or its older one.
fn wanted(cx: &OpContext<'_>, input: &RulesInput) -> ApiResult<Vec<Wanted>> {
    if input.ip_protocol.is_none() && input.cidr_ip.is_none() && input.source_security_group_name.is_none() {
        if input.ip_permissions.is_empty() {
            let text = "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.";
            return Err(errors::error("MissingParameter", text));
        }
        return permissions::unfolded(cx, &input.ip_permissions);
    }
    if !input.ip_permissions.is_empty() {
        let text = "The parameter ipPermissions may not be used in combination with ipProtocol";
        return Err(errors::combination(text));
    }
    let range = input.cidr_ip.clone().map(|cidr| IpRange { description: None, cidr_ip: Some(cidr) });
    let pair = input
        .source_security_group_name
        .clone()
        .map(|name| UserIdGroupPair { group_name: Some(name), ..UserIdGroupPair::default() });
    let protocol = input.ip_protocol.clone().or_else(|| pair.as_ref().map(|_| "-1".to_owned()));
    permissions::unfolded(
        cx,
        &[IpPermission {
            ip_protocol: protocol,
            from_port: input.from_port,
            to_port: input.to_port,
            user_id_group_pairs: pair.into_iter().collect(),
            ip_ranges: range.into_iter().collect(),
            ..IpPermission::default()
        }],
    )
}

fn duplicate(what: &Traffic) -> nuvola_wire::ApiError {
    let (peer, ports) = permissions::wording(what);
    errors::duplicate_rule(&peer, &ports)
}

fn authorize(cx: &mut OpContext<'_>, input: &RulesInput, egress: bool) -> ApiResult<AuthorizeOutput> {
    let group_id = named(cx, input.group_id.as_deref(), input.group_name.as_deref())?;
    let wanted = wanted(cx, input)?;
    let tags = check::tag_specifications(&input.tag_specifications, &[Kind::SecurityGroupRule])?;
    let tags = check::tags_for(&tags, Kind::SecurityGroupRule);
    let group = permissions::load(cx, &group_id)?;
    let own: Vec<&Traffic> =
        group.rules.iter().filter(|rule| rule.egress == egress).map(|rule| &rule.what).collect();
    for (index, (what, _)) in wanted.iter().enumerate() {
        if own.contains(&what) || wanted[..index].iter().any(|(other, _)| other == what) {
            return Err(duplicate(what));
        }
    }
    if own.len() + wanted.len() > limits::RULES_PER_GROUP {
        return Err(errors::too_many_rules());
    }
    let mut made = Vec::new();
    for (what, description) in wanted {
        made.push(Rule { id: Kind::SecurityGroupRule.draw(cx), egress, what, description });
    }
    insert(cx, &group_id, &made, tags.as_ref());
    let shown = made.iter().map(|rule| shown(cx, &group_id, rule)).collect();
    Ok(AuthorizeOutput { done: Some(true), security_group_rules: shown })
}

fn insert(cx: &mut OpContext<'_>, group_id: &str, rules: &[Rule], tags: Option<&Tags>) {
    let network = Network::of(cx);
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    if let Some(group) = network.group_mut(regional, group_id) {
        group.rules.extend(rules.iter().cloned());
    }
    for rule in rules {
        regional.rules.insert(rule.id.clone(), group_id.to_owned());
        if let Some(tags) = tags {
            regional.tags.insert(rule.id.clone(), tags.clone());
        }
    }
}

/// A rule as it is shown.
fn shown(cx: &OpContext<'_>, group_id: &str, rule: &Rule) -> SecurityGroupRule {
    let account = cx.account().to_string();
    let (cidr_ipv4, cidr_ipv6, referenced) = peers(&rule.what.peer);
    SecurityGroupRule {
        security_group_rule_id: Some(rule.id.clone()),
        group_id: Some(group_id.to_owned()),
        group_owner_id: Some(account.clone()),
        is_egress: Some(rule.egress),
        ip_protocol: Some(rule.what.protocol.clone()),
        from_port: Some(rule.what.from.unwrap_or(-1)),
        to_port: Some(rule.what.to.unwrap_or(-1)),
        cidr_ipv4,
        cidr_ipv6,
        referenced_group_info: referenced
            .map(|id| ReferencedGroup { group_id: Some(id), user_id: Some(account) }),
        description: rule.description.clone(),
        tags: tags_of(cx, &rule.id),
        security_group_rule_arn: Some(check::arn(cx, Kind::SecurityGroupRule, &rule.id)),
    }
}

/// The peer in the place of its kind.
fn peers(peer: &Peer) -> (Option<String>, Option<String>, Option<String>) {
    match peer {
        Peer::Cidr(cidr) => (Some(cidr.clone()), None, None),
        Peer::Cidr6(cidr) => (None, Some(cidr.clone()), None),
        Peer::Group(id) => (None, None, Some(id.clone())),
    }
}

fn revoke(cx: &mut OpContext<'_>, input: &RulesInput, egress: bool) -> ApiResult<RevokeOutput> {
    let group_id = named(cx, input.group_id.as_deref(), input.group_name.as_deref())?;
    let group = permissions::load(cx, &group_id)?;
    let mut gone: Vec<Rule> = Vec::new();
    if input.security_group_rule_ids.is_empty() {
        for (what, _) in wanted(cx, input)? {
            let found = group.rules.iter().find(|rule| rule.egress == egress && rule.what == what);
            gone.push(found.ok_or_else(errors::no_such_rule)?.clone());
        }
    }
    for id in &input.security_group_rule_ids {
        gone.push(rule_of(&group, id, Some(egress))?.clone());
    }
    let network = Network::of(cx);
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    if let Some(group) = network.group_mut(regional, &group_id) {
        group.rules.retain(|rule| !gone.iter().any(|gone| gone.id == rule.id));
    }
    for rule in &gone {
        regional.rules.remove(&rule.id);
        regional.tags.remove(&rule.id);
    }
    let revoked = gone.into_iter().map(|rule| revoked(&group_id, rule)).collect();
    Ok(RevokeOutput { done: Some(true), revoked })
}

fn revoked(group_id: &str, rule: Rule) -> RevokedRule {
    let (cidr_ipv4, cidr_ipv6, referenced_group_id) = peers(&rule.what.peer);
    RevokedRule {
        security_group_rule_id: Some(rule.id),
        group_id: Some(group_id.to_owned()),
        is_egress: Some(rule.egress),
        ip_protocol: Some(rule.what.protocol),
        from_port: Some(rule.what.from.unwrap_or(-1)),
        to_port: Some(rule.what.to.unwrap_or(-1)),
        cidr_ipv4,
        cidr_ipv6,
        referenced_group_id,
        description: rule.description,
    }
}

/// A rule of the group by its id.
fn rule_of<'g>(group: &'g Group, id: &str, egress: Option<bool>) -> ApiResult<&'g Rule> {
    permissions::check_rule_id(id)?;
    let fits = |rule: &&Rule| rule.id == id && egress.is_none_or(|egress| rule.egress == egress);
    group.rules.iter().find(fits).ok_or_else(|| Kind::SecurityGroupRule.not_found(id))
}

fn describe_security_group_rules(
    cx: &mut OpContext<'_>,
    input: DescribeSecurityGroupRulesInput,
) -> ApiResult<Listed> {
    let network = Network::of(cx);
    let regional = cx.state().ec2.at(&cx.region);
    let ids = &input.security_group_rule_ids;
    Kind::SecurityGroupRule.require(&network, regional, ids)?;
    let listing = Listing {
        operation: "DescribeSecurityGroupRules",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !ids.is_empty(),
    };
    let mut found = Vec::new();
    let groups = match ids.is_empty() {
        true => network.groups(regional),
        false => ids.iter().filter_map(|id| network.group_of_rule(regional, id)).collect(),
    };
    for group in &groups {
        for rule in group.rules.iter().filter(|rule| ids.is_empty() || ids.contains(&rule.id)) {
            if !found.iter().any(|(key, _)| *key == rule.id) {
                found.push((rule.id.clone(), shown(cx, &group.id, rule).into_value()));
            }
        }
    }
    nuvola_kernel::ordered::sort_by_key(&mut found, |(key, _)| key.clone());
    Ok(listing.page_of(found)?.listed("SecurityGroupRules"))
}

fn modify_security_group_rules(
    cx: &mut OpContext<'_>,
    input: ModifySecurityGroupRulesInput,
) -> ApiResult<Done> {
    let group_id = named(cx, Some(&input.group_id), None)?;
    let mut group = permissions::load(cx, &group_id)?;
    for update in &input.security_group_rules {
        let id = &update.security_group_rule_id;
        let old = rule_of(&group, id, None)?.clone();
        let request = update.security_group_rule.clone().unwrap_or_default();
        let (what, description) = requested(cx, &request)?;
        let same = |rule: &Rule| rule.id != *id && rule.egress == old.egress && rule.what == what;
        if group.rules.iter().any(same) {
            return Err(duplicate(&what));
        }
        if let Some(rule) = group.rules.iter_mut().find(|rule| rule.id == *id) {
            (rule.what, rule.description) = (what, description);
        }
    }
    replace(cx, group);
    Ok(Done::YES)
}

/// What a rule is to be.
fn requested(cx: &OpContext<'_>, request: &RuleRequest) -> ApiResult<Wanted> {
    let ports = permissions::ports(request.ip_protocol.as_deref(), request.from_port, request.to_port)?;
    if request.prefix_list_id.is_some() {
        return Err(errors::not_simulated("a prefix list in a security group's rule"));
    }
    let peers = (&request.cidr_ipv4, &request.cidr_ipv6, &request.referenced_group_id);
    let peer = match peers {
        (Some(cidr), None, None) => Peer::Cidr(permissions::cidr(cidr)?),
        (None, Some(cidr), None) => Peer::Cidr6(permissions::cidr6(cidr)?),
        (None, None, Some(id)) => permissions::group(cx, Some(id), None)?,
        _ => {
            let text =
                "Exactly one of cidrIpv4, cidrIpv6, prefixListId and referencedGroupId must be specified.";
            return Err(errors::combination(text));
        }
    };
    let what = Traffic { protocol: ports.protocol, from: ports.from, to: ports.to, peer };
    Ok((what, permissions::description(request.description.as_deref())?))
}

/// Puts a changed group in the place of the old one.
fn replace(cx: &mut OpContext<'_>, changed: Group) {
    let network = Network::of(cx);
    let region = cx.region.clone();
    if let Some(group) = network.group_mut(cx.ec2().at_mut(&region), &changed.id.clone()) {
        *group = changed;
    }
}

fn describe_rules(cx: &mut OpContext<'_>, input: &DescriptionsInput, egress: bool) -> ApiResult<Done> {
    let group_id = named(cx, input.group_id.as_deref(), input.group_name.as_deref())?;
    let mut group = permissions::load(cx, &group_id)?;
    for (what, description) in permissions::unfolded(cx, &input.ip_permissions)? {
        let found = group.rules.iter_mut().find(|rule| rule.egress == egress && rule.what == what);
        found.ok_or_else(errors::no_such_rule)?.description = description;
    }
    for given in &input.descriptions {
        let id = given.security_group_rule_id.as_deref().unwrap_or_default();
        rule_of(&group, id, Some(egress))?;
        let description = permissions::description(given.description.as_deref())?;
        if let Some(rule) = group.rules.iter_mut().find(|rule| rule.id == id) {
            rule.description = description;
        }
    }
    replace(cx, group);
    Ok(Done::YES)
}
