//! The console of EC2: instances and their life, connecting to one, security groups and their rules.
//!
//! Paths: `[]`, `["instance", ID]`, `["groups"]`, `["group", ID]`, `["images"]`.

use super::call::{Api, text_of};
use super::{Act, Failure, done, screen, unknown};
use crate::machine;
use crate::screen::{
    Acted, Action, Block, Crumb, Field, FieldKind, Form, Row, Screen, Table, Tone, fact, to,
};
use nuvola_wire::xml::Element;

const VERSION: &str = "2016-11-15";
const TYPES: &[(&str, &str)] = &[
    ("t3.micro", "t3.micro (2 vCPU, 1 GiB)"),
    ("t3.small", "t3.small (2 vCPU, 2 GiB)"),
    ("t2.micro", "t2.micro (1 vCPU, 1 GiB)"),
    ("m5.large", "m5.large (2 vCPU, 8 GiB)"),
];

async fn call(api: &Api<'_>, action: &str, members: &[(&str, &str)]) -> Result<Element, Failure> {
    let members: Vec<(String, String)> =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    api.form("ec2", VERSION, action, &members).await
}

/// The items of a set in an answer.
fn items<'a>(answer: &'a Element, set: &str) -> Vec<&'a Element> {
    answer.child(set).map(|set| set.children("item").collect()).unwrap_or_default()
}

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => instances(api).await,
        ["instance", id] => instance(api, id).await,
        ["groups"] => groups(api).await,
        ["group", id] => group(api, id).await,
        ["images"] => images(api).await,
        _ => Err("there is no such screen of EC2".to_owned()),
    }
}

fn of_ec2(title: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Instances", &["ec2"]),
            tab("Security groups", &["ec2", "groups"]),
            tab("Images", &["ec2", "images"]),
        ],
        live: true,
        ..screen(title, &[("EC2", &["ec2"])], blocks)
    }
}

/// What a person calls a thing: its `Name` tag, or its id.
fn name_of(element: &Element, id: &str) -> String {
    let tags = items(element, "tagSet");
    let name = tags.iter().find(|tag| text_of(tag, "key") == "Name").map(|tag| text_of(tag, "value"));
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned())
}

fn state_of(instance: &Element) -> String {
    instance.child("instanceState").map(|state| text_of(state, "name")).unwrap_or_default()
}

/// What can be done with an instance in its state.
fn actions(id: &str, state: &str) -> Vec<Action> {
    let action = |verb: &str, label: &str| Action::new(verb, label, &[("instance", id)]);
    let terminate = action("TerminateInstances", "Terminate")
        .asking(format!("Terminate `{id}`? Its disk and all files on it are gone for good."));
    match state {
        "running" => vec![
            action("connect", "Connect"),
            action("StopInstances", "Stop"),
            action("RebootInstances", "Reboot"),
            terminate,
        ],
        "stopped" => vec![action("StartInstances", "Start"), terminate],
        _ => Vec::new(),
    }
}

async fn instances(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "DescribeInstances", &[]).await?;
    let reservations = items(&answer, "reservationSet");
    let all = reservations.iter().flat_map(|reservation| items(reservation, "instancesSet"));
    let rows = all.map(|instance| {
        let id = text_of(instance, "instanceId");
        let state = state_of(instance);
        let mut row = Row::new([
            name_of(instance, &id),
            id.clone(),
            state.clone(),
            text_of(instance, "instanceType"),
            text_of(instance, "ipAddress"),
        ])
        .opening(&["ec2", "instance", &id]);
        row.actions = actions(&id, &state);
        row
    });
    let table = Table::new(
        "Instances",
        &["Name", "Id", "State", "Type", "Public address"],
        rows.collect(),
        "No instance yet. Launch one here, with Terraform's `aws_instance`, or with boto3.",
    );
    // What the types of the list run on.
    let wanted = [("Owner.1", "amazon"), ("Filter.1.Name", "architecture"), ("Filter.1.Value.1", "x86_64")];
    let images = call(api, "DescribeImages", &wanted).await?;
    let options = items(&images, "imagesSet")
        .iter()
        .map(|image| (text_of(image, "imageId"), text_of(image, "name")))
        .collect::<Vec<_>>();
    let first = options.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let user_data = "The commands that run when it boots for the first time; they begin with #!/bin/bash.";
    let fields = vec![
        Field::text("name", "Name").value("web"),
        Field::new("image", "Image", FieldKind::Choice { options }).value(first),
        Field::choice("type", "Type", TYPES),
        Field::text("group", "Security group (id)").hint("empty: the default group, which lets nobody in"),
        Field::text("profile", "Instance profile")
            .hint("the name of one whose role its programs get; may be empty"),
        Field::new("user_data", "User data", FieldKind::Area).hint(user_data),
    ];
    let form = Form::new("launch", "Launch an instance", "Launch", fields).folded();
    Ok(of_ec2("EC2", vec![Block::Table(table), Block::Form(form)]))
}

async fn find(api: &Api<'_>, id: &str) -> Result<Element, Failure> {
    let mut answer = call(api, "DescribeInstances", &[("InstanceId.1", id)]).await?;
    let reservations = answer.children.iter_mut().find(|child| child.name == "reservationSet");
    let found = reservations
        .and_then(|set| set.children.first_mut())
        .and_then(|reservation| reservation.children.iter_mut().find(|child| child.name == "instancesSet"))
        .map(|set| set.children.swap_remove(0));
    found.ok_or_else(|| format!("there is no instance `{id}`"))
}

async fn instance(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let instance = find(api, id).await?;
    let state = state_of(&instance);
    let mut facts = vec![fact("State", state.clone())];
    for (label, name) in [
        ("Id", "instanceId"),
        ("Type", "instanceType"),
        ("Image", "imageId"),
        ("Public address", "ipAddress"),
        ("Public name", "dnsName"),
        ("Private address", "privateIpAddress"),
        ("Key pair", "keyName"),
        ("Subnet", "subnetId"),
        ("Launched", "launchTime"),
    ] {
        let value = text_of(&instance, name);
        if !value.is_empty() {
            facts.push(fact(label, value));
        }
    }
    if let Some(profile) = instance.child("iamInstanceProfile") {
        facts.push(fact("Instance profile", text_of(profile, "arn")));
    }
    let mut blocks = vec![Block::Actions { actions: actions(id, &state) }];
    let address = text_of(&instance, "ipAddress");
    for port in machine::ports(&api.shared.borrow(), id) {
        let text = format!(
            "A program listens on port {port}: http://{address}:{port}/ in the preview, if a security group lets it in."
        );
        blocks.push(Block::Note { tone: Tone::Good, text });
    }
    blocks.push(Block::Facts { title: "Instance".to_owned(), facts });
    let groups = items(&instance, "groupSet").into_iter().map(|group| {
        let id = text_of(group, "groupId");
        Row::new([text_of(group, "groupName"), id.clone()]).opening(&["ec2", "group", &id])
    });
    blocks.push(Block::Table(Table::new("Security groups", &["Name", "Id"], groups.collect(), "None.")));
    if state == "stopped" {
        let fields = vec![Field::choice("type", "Type", TYPES)];
        blocks.push(Block::Form(Form::new("resize", "Change the type", "Change", fields)));
    }
    Ok(of_ec2(&name_of(&instance, id), blocks))
}

async fn groups(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "DescribeSecurityGroups", &[]).await?;
    let rows = items(&answer, "securityGroupInfo").into_iter().map(|group| {
        let id = text_of(group, "groupId");
        let rules = items(group, "ipPermissions").len();
        let row = Row::new([
            text_of(group, "groupName"),
            id.clone(),
            text_of(group, "groupDescription"),
            rules.to_string(),
        ])
        .opening(&["ec2", "group", &id]);
        if text_of(group, "groupName") == "default" {
            return row;
        }
        let delete = Action::new("DeleteSecurityGroup", "Delete", &[("group", &id)]);
        row.with(delete.asking(format!("Delete the security group `{id}`?")))
    });
    let columns = ["Name", "Id", "Description", "Inbound rules"];
    let table = Table::new("Security groups", &columns, rows.collect(), "None.");
    let fields = vec![
        Field::text("name", "Name"),
        Field::text("description", "Description").value("made in the console"),
    ];
    let form = Form::new("create-group", "Create a security group", "Create", fields).folded();
    Ok(of_ec2("Security groups", vec![Block::Table(table), Block::Form(form)]))
}

async fn group(api: &Api<'_>, id: &str) -> Result<Screen, Failure> {
    let filter = [("Filter.1.Name", "group-id"), ("Filter.1.Value.1", id)];
    let answer = call(api, "DescribeSecurityGroupRules", &filter).await?;
    let rows = items(&answer, "securityGroupRuleSet").into_iter().map(|rule| {
        let egress = text_of(rule, "isEgress") == "true";
        let rule_id = text_of(rule, "securityGroupRuleId");
        let verb = if egress { "revoke-egress" } else { "revoke-ingress" };
        Row::new([
            if egress { "out" } else { "in" }.to_owned(),
            protocol(&text_of(rule, "ipProtocol")),
            ports(&text_of(rule, "fromPort"), &text_of(rule, "toPort")),
            source(rule),
            text_of(rule, "description"),
        ])
        .with(Action::new(verb, "Remove", &[("rule", &rule_id)]).asking("Remove this rule?"))
    });
    let columns = ["Direction", "Protocol", "Ports", "From or to", "Description"];
    let empty = "No rule: nothing gets in, nothing gets out.";
    let fields = vec![
        Field::choice(
            "protocol",
            "Protocol",
            &[("tcp", "TCP"), ("udp", "UDP"), ("icmp", "ICMP"), ("-1", "all")],
        ),
        Field::new("from", "From port", FieldKind::Number).value("80"),
        Field::new("to", "To port", FieldKind::Number).value("80"),
        Field::text("cidr", "Source (CIDR)").value("0.0.0.0/0").hint("0.0.0.0/0 is the whole internet"),
    ];
    let blocks = vec![
        Block::Table(Table::new("Rules", &columns, rows.collect(), empty)),
        Block::Form(Form::new("authorize", "Let something in", "Add the rule", fields)),
    ];
    Ok(of_ec2(id, blocks))
}

fn protocol(name: &str) -> String {
    if name == "-1" { "all".to_owned() } else { name.to_uppercase() }
}

fn ports(from: &str, to: &str) -> String {
    match (from, to) {
        ("" | "-1", _) => "all".to_owned(),
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from}–{to}"),
    }
}

fn source(rule: &Element) -> String {
    let names = ["cidrIpv4", "cidrIpv6", "prefixListId"];
    let own = names.iter().map(|name| text_of(rule, name)).find(|text| !text.is_empty());
    let group = || rule.child("referencedGroupInfo").map(|group| text_of(group, "groupId"));
    own.or_else(group).unwrap_or_default()
}

async fn images(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "DescribeImages", &[]).await?;
    let rows = items(&answer, "imagesSet").into_iter().map(|image| {
        Row::new([text_of(image, "name"), text_of(image, "imageId"), text_of(image, "architecture")])
    });
    let columns = ["Name", "Id", "Architecture"];
    Ok(of_ec2("Images", vec![Block::Table(Table::new("Images", &columns, rows.collect(), "None."))]))
}

pub(super) async fn act(api: &Api<'_>, act: Act<'_>) -> Result<Acted, Failure> {
    let instance = match act.value("instance") {
        "" => act.part(2),
        named => named,
    };
    match act.verb {
        "connect" => {
            let terminal = machine::connect(api.shared, instance)?;
            Ok(Acted { terminal: Some(terminal), ..Acted::default() })
        }
        verb @ ("StartInstances" | "StopInstances" | "RebootInstances" | "TerminateInstances") => {
            call(api, verb, &[("InstanceId.1", instance)]).await?;
            done(String::new())
        }
        "launch" => launch(api, &act).await,
        "resize" => {
            let members = [("InstanceId", instance), ("InstanceType.Value", act.value("type"))];
            call(api, "ModifyInstanceAttribute", &members).await?;
            done(format!("it is a {} now", act.value("type")))
        }
        "create-group" => {
            let members = [("GroupName", act.value("name")), ("GroupDescription", act.value("description"))];
            let id = text_of(&call(api, "CreateSecurityGroup", &members).await?, "groupId");
            Ok(Acted { go: Some(to(&["ec2", "group", &id])), ..Acted::default() })
        }
        "DeleteSecurityGroup" => {
            call(api, "DeleteSecurityGroup", &[("GroupId", act.value("group"))]).await?;
            done("the security group is deleted")
        }
        "authorize" => {
            let mut members = vec![
                ("GroupId", act.part(2)),
                ("IpPermissions.1.IpProtocol", act.value("protocol")),
                ("IpPermissions.1.IpRanges.1.CidrIp", act.value("cidr")),
            ];
            if act.value("protocol") != "-1" {
                members.push(("IpPermissions.1.FromPort", act.value("from")));
                members.push(("IpPermissions.1.ToPort", act.value("to")));
            }
            call(api, "AuthorizeSecurityGroupIngress", &members).await?;
            done("the rule is there")
        }
        verb @ ("revoke-ingress" | "revoke-egress") => {
            let action = match verb {
                "revoke-ingress" => "RevokeSecurityGroupIngress",
                _ => "RevokeSecurityGroupEgress",
            };
            let members = [("GroupId", act.part(2)), ("SecurityGroupRuleId.1", act.value("rule"))];
            call(api, action, &members).await?;
            done("the rule is gone")
        }
        verb => Err(unknown(verb)),
    }
}

async fn launch(api: &Api<'_>, act: &Act<'_>) -> Result<Acted, Failure> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let user_data = STANDARD.encode(act.value("user_data"));
    let mut members = vec![
        ("ImageId", act.value("image")),
        ("InstanceType", act.value("type")),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", act.value("name")),
    ];
    if !act.value("group").is_empty() {
        members.push(("SecurityGroupId.1", act.value("group")));
    }
    if !act.value("profile").is_empty() {
        members.push(("IamInstanceProfile.Name", act.value("profile")));
    }
    if !act.value("user_data").is_empty() {
        members.push(("UserData", &user_data));
    }
    let answer = call(api, "RunInstances", &members).await?;
    let id = items(&answer, "instancesSet").first().map(|instance| text_of(instance, "instanceId"));
    let go = id.map(|id| to(&["ec2", "instance", &id]));
    Ok(Acted { text: "the instance is starting".to_owned(), go, ..Acted::default() })
}
