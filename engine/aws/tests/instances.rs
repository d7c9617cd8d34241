//! Instances as their host sees them: boots, the metadata service, and who reaches whom.

#![expect(clippy::unwrap_used, reason = "a step that fails fails its test")]

use nuvola_aws::ec2::{Source, Verdict};
use nuvola_aws::{Cloud, CloudOptions, Effect, Input, InstanceChange};
use nuvola_kernel::Blob;
use nuvola_wire::sigv4::{Credentials, Signer};
use nuvola_wire::uri::encode;
use nuvola_wire::{Request, Response, xml};
use serde_json::Value;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}"#;

struct World {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
    changes: Vec<InstanceChange>,
}

impl World {
    fn new() -> World {
        World {
            cloud: Cloud::new(CloudOptions::default()),
            now_ms: 1_795_456_800_000,
            next_id: 1,
            changes: Vec::new(),
        }
    }

    fn step(&mut self, input: Input) -> Option<Response> {
        let mut answer = None;
        for effect in self.cloud.step(self.now_ms, input) {
            match effect {
                Effect::Respond { response, .. } => answer = Some(response),
                Effect::Instance { change, .. } => self.changes.push(change),
                Effect::Unresolved { .. }
                | Effect::Fetch { .. }
                | Effect::StartEnvironment(_)
                | Effect::Invoke { .. }
                | Effect::StopEnvironment { .. }
                | Effect::Trace(_) => {}
            }
        }
        answer
    }

    fn wait(&mut self, seconds: i64) {
        self.now_ms += seconds * 1000;
        self.step(Input::Tick);
    }

    fn signed(
        &mut self,
        mut request: Request,
        service: &str,
        region: &str,
        credentials: &Credentials,
    ) -> Response {
        Signer { credentials, region, service, now_ms: self.now_ms }.sign(&mut request);
        self.next_id += 1;
        self.step(Input::Request { id: self.next_id, request }).unwrap()
    }

    /// Calls an action of a query service as the root user.
    fn call(&mut self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Response {
        let (host, region, version) = match service {
            "iam" => ("iam.amazonaws.com", "us-east-1", "2010-05-08"),
            _ => ("ec2.eu-south-1.amazonaws.com", "eu-south-1", "2016-11-15"),
        };
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        let mut request = Request::new("POST", host, "/");
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = Blob::from(body);
        let root = Credentials::from(self.cloud.root_credentials());
        self.signed(request, service, region, &root)
    }

    /// Calls an action that succeeds; the text of the first element of a name in the answer.
    fn ok(&mut self, service: &str, action: &str, parameters: &[(&str, &str)], element: &str) -> String {
        let response = self.call(service, action, parameters);
        let body = response.body.as_text().unwrap().to_owned();
        assert_eq!(response.status, 200, "{action}: {body}");
        let start = format!("<{element}>");
        let text = body.split_once(&start).and_then(|(_, rest)| rest.split_once('<'));
        text.map(|(text, _)| text.to_owned()).unwrap_or_default()
    }

    fn image(&mut self, pattern: &str) -> String {
        self.ok(
            "ec2",
            "DescribeImages",
            &[("Filter.1.Name", "name"), ("Filter.1.Value.1", pattern)],
            "imageId",
        )
    }

    /// Launches an instance and lets it boot.
    fn launch(&mut self, parameters: &[(&str, &str)]) -> String {
        let image = self.image("amzn2-*");
        let mut all = vec![
            ("ImageId", image.as_str()),
            ("InstanceType", "t2.micro"),
            ("MinCount", "1"),
            ("MaxCount", "1"),
        ];
        all.extend(parameters);
        let id = self.ok("ec2", "RunInstances", &all, "instanceId");
        self.wait(6);
        id
    }

    fn public_ip(&mut self, id: &str) -> String {
        self.ok("ec2", "DescribeInstances", &[("InstanceId.1", id)], "ipAddress")
    }

    /// Asks the metadata service from inside an instance.
    fn ask(&mut self, id: &str, method: &str, path: &str, headers: &[(&str, &str)]) -> Option<Response> {
        let mut request = Request::new(method, "169.254.169.254", path);
        for (name, value) in headers {
            request.headers.set(name, *value);
        }
        self.next_id += 1;
        self.step(Input::InstanceRequest { id: self.next_id, instance_id: id.to_owned(), request })
    }

    fn text(&mut self, id: &str, path: &str) -> (u16, String) {
        let response = self.ask(id, "GET", path, &[]).unwrap();
        (response.status, response.body.as_text().unwrap().to_owned())
    }
}

fn setup_role(world: &mut World) {
    world.ok("iam", "CreateRole", &[("RoleName", "web"), ("AssumeRolePolicyDocument", TRUST)], "Arn");
    let policy = [("RoleName", "web"), ("PolicyName", "s3"), ("PolicyDocument", POLICY)];
    world.ok("iam", "PutRolePolicy", &policy, "x");
    world.ok("iam", "CreateInstanceProfile", &[("InstanceProfileName", "web")], "Arn");
    world.ok("iam", "AddRoleToInstanceProfile", &[("InstanceProfileName", "web"), ("RoleName", "web")], "x");
}

#[test]
fn the_host_is_told_of_boots_with_user_data_once_and_of_ends() {
    // Source: Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input": at
    // the first boot only.
    let mut world = World::new();
    let id = world.launch(&[("UserData", "IyEvYmluL3NoCmVjaG8gaGk=")]);
    let [InstanceChange::Booted { first: true, user_data, image_name, private_ip }] =
        world.changes.as_slice()
    else {
        panic!("{:?}", world.changes)
    };
    assert_eq!(user_data.as_ref().unwrap().as_text(), Some("#!/bin/sh\necho hi"));
    assert!(image_name.starts_with("amzn2-") && private_ip.starts_with("172.31."));
    world.changes.clear();
    world.call("ec2", "RebootInstances", &[("InstanceId.1", &id)]);
    assert_eq!(world.changes, [InstanceChange::Rebooted]);
    world.call("ec2", "StopInstances", &[("InstanceId.1", &id)]);
    world.wait(10);
    world.call("ec2", "StartInstances", &[("InstanceId.1", &id)]);
    world.wait(6);
    assert_eq!(world.changes[1], InstanceChange::Stopped);
    assert!(matches!(world.changes[2], InstanceChange::Booted { first: false, .. }));
    world.step(Input::InstanceConsole { instance_id: id.clone(), text: "cloud-init: done\n".to_owned() });
    let output = world.ok("ec2", "GetConsoleOutput", &[("InstanceId", &id)], "output");
    assert_eq!(output, "Y2xvdWQtaW5pdDogZG9uZQo=");
    world.step(Input::InstanceShutdown { instance_id: id.clone() });
    world.wait(10);
    let reason = world.ok("ec2", "DescribeInstances", &[("InstanceId.1", &id)], "message");
    assert_eq!(reason, "Client.InstanceInitiatedShutdown: Instance initiated shutdown");
    world.call("ec2", "TerminateInstances", &[("InstanceId.1", &id)]);
    assert_eq!(world.changes.last(), Some(&InstanceChange::Terminated));
}

#[test]
fn metadata_is_a_tree_that_only_the_instance_sees() {
    // Source: Amazon EC2 User Guide, "Instance metadata categories" and "Access instance metadata for an EC2
    // instance".
    let mut world = World::new();
    let id = world.launch(&[
        ("TagSpecification.1.ResourceType", "instance"),
        ("TagSpecification.1.Tag.1.Key", "Name"),
        ("TagSpecification.1.Tag.1.Value", "web"),
        ("MetadataOptions.InstanceMetadataTags", "enabled"),
    ]);
    let ip = world.public_ip(&id);
    assert_eq!(world.text(&id, "/latest/meta-data/instance-id"), (200, id.clone()));
    assert_eq!(world.text(&id, "/latest/meta-data/public-ipv4"), (200, ip));
    assert_eq!(
        world.text(&id, "/latest/meta-data/placement/"),
        (200, "availability-zone\navailability-zone-id\nregion".to_owned())
    );
    assert_eq!(world.text(&id, "/2021-07-15/meta-data/placement/region"), (200, "eu-south-1".to_owned()));
    assert_eq!(world.text(&id, "/latest/meta-data/tags/instance/Name"), (200, "web".to_owned()));
    let (status, listing) = world.text(&id, "/latest/meta-data/");
    assert_eq!(status, 200);
    for name in [
        "ami-id",
        "block-device-mapping/",
        "hostname",
        "local-ipv4",
        "mac",
        "network/",
        "security-groups",
        "tags/",
    ] {
        assert!(listing.lines().any(|line| line == name), "{name}: {listing}");
    }
    let (_, mac) = world.text(&id, "/latest/meta-data/mac");
    assert_eq!(
        world.text(&id, &format!("/latest/meta-data/network/interfaces/macs/{mac}/device-number")),
        (200, "0".to_owned())
    );
    let (_, document) = world.text(&id, "/latest/dynamic/instance-identity/document");
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!((&document["instanceId"], &document["region"]), (&id.as_str().into(), &"eu-south-1".into()));
    assert_eq!(world.text(&id, "/latest/user-data").0, 404);
    assert_eq!(world.text(&id, "/latest/meta-data/iam/info").0, 404);
    assert_eq!(world.text(&id, "/latest/meta-data/nothing").0, 404);
    let request = Request::new("GET", "169.254.169.254", "/latest/meta-data/");
    assert_eq!(
        world.step(Input::Request { id: 99, request }),
        None,
        "outside of instances there is no such host"
    );
    assert_eq!(world.ask("i-0123456789abcdef0", "GET", "/latest/meta-data/", &[]), None);
}

#[test]
fn the_second_version_wants_a_token() {
    // Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
    let mut world = World::new();
    let id = world.launch(&[("MetadataOptions.HttpTokens", "required")]);
    let other = world.launch(&[]);
    assert_eq!(world.text(&id, "/latest/meta-data/instance-id").0, 401);
    let token = |world: &mut World, ttl: &str| {
        world.ask(&id, "PUT", "/latest/api/token", &[("X-aws-ec2-metadata-token-ttl-seconds", ttl)]).unwrap()
    };
    assert_eq!(token(&mut world, "0").status, 400);
    assert_eq!(token(&mut world, "21601").status, 400);
    assert_eq!(world.ask(&id, "PUT", "/latest/api/token", &[]).unwrap().status, 400);
    let given = token(&mut world, "60");
    assert_eq!(given.headers.get("x-aws-ec2-metadata-token-ttl-seconds"), Some("60"));
    let given = given.body.as_text().unwrap().to_owned();
    let with = [("X-aws-ec2-metadata-token", given.as_str())];
    assert_eq!(world.ask(&id, "GET", "/latest/meta-data/instance-id", &with).unwrap().status, 200);
    assert_eq!(
        world.ask(&other, "GET", "/latest/meta-data/instance-id", &with).unwrap().status,
        401,
        "another's token"
    );
    world.wait(61);
    assert_eq!(world.ask(&id, "GET", "/latest/meta-data/instance-id", &with).unwrap().status, 401, "over");
    world.call("ec2", "ModifyInstanceMetadataOptions", &[("InstanceId", &id), ("HttpEndpoint", "disabled")]);
    assert_eq!(token(&mut world, "60").status, 403);
}

#[test]
fn the_role_of_an_instance_works_and_is_renewed() {
    // Source: Amazon EC2 User Guide, "Retrieve security credentials from instance metadata".
    let mut world = World::new();
    setup_role(&mut world);
    let id = world.launch(&[("IamInstanceProfile.Name", "web")]);
    assert_eq!(world.text(&id, "/latest/meta-data/iam/security-credentials/"), (200, "web".to_owned()));
    let read = |world: &mut World| -> Value {
        let (status, text) = world.text(&id, "/latest/meta-data/iam/security-credentials/web");
        assert_eq!(status, 200);
        serde_json::from_str(&text).unwrap()
    };
    let first = read(&mut world);
    assert_eq!((&first["Code"], &first["Type"]), (&"Success".into(), &"AWS-HMAC".into()));
    assert_eq!(read(&mut world), first, "they stay until they near their end");
    let list = |world: &mut World, keys: &Value| {
        let text = |name: &str| keys[name].as_str().unwrap().to_owned();
        let credentials = Credentials {
            access_key_id: text("AccessKeyId"),
            secret_access_key: text("SecretAccessKey"),
            session_token: Some(text("Token")),
        };
        let request = Request::new("GET", "s3.eu-south-1.amazonaws.com", "/");
        world.signed(request, "s3", "eu-south-1", &credentials).status
    };
    assert_eq!(list(&mut world, &first), 200);
    world.wait(6 * 3600 - 600);
    let second = read(&mut world);
    assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
    world.wait(700);
    assert_eq!(list(&mut world, &first), 400, "expired");
    assert_eq!(list(&mut world, &second), 200);
    assert_eq!(world.text(&id, "/latest/meta-data/iam/security-credentials/other").0, 404);
}

#[test]
fn security_groups_decide_who_reaches_an_instance() {
    // Source: Amazon VPC User Guide, "Control traffic to your AWS resources using security groups".
    let mut world = World::new();
    let group =
        world.ok("ec2", "CreateSecurityGroup", &[("GroupName", "web"), ("GroupDescription", "d")], "groupId");
    let id = world.launch(&[("SecurityGroupId.1", &group)]);
    let other = world.launch(&[]);
    let ip = world.public_ip(&id);
    let from = Source::Address("203.0.113.10");
    let closed = world.cloud.reach(&from, &ip, 8080);
    assert_eq!((closed.verdict, closed.instance_id.as_deref()), (Verdict::NotAllowedIn, Some(id.as_str())));
    assert!(
        closed.explanation.contains("no inbound rule of the security group")
            && closed.explanation.contains("8080")
    );
    let rule = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "8000"),
        ("IpPermissions.1.ToPort", "8100"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "203.0.113.0/24"),
    ];
    let rule = world.ok("ec2", "AuthorizeSecurityGroupIngress", &rule, "securityGroupRuleId");
    let open = world.cloud.reach(&from, &ip, 8080);
    assert_eq!(
        (open.verdict, open.rule_id.as_deref(), open.group_id.as_deref()),
        (Verdict::Allowed, Some(rule.as_str()), Some(group.as_str()))
    );
    assert_eq!(world.cloud.reach(&Source::Address("198.51.100.7"), &ip, 8080).verdict, Verdict::NotAllowedIn);
    assert_eq!(world.cloud.reach(&from, "198.51.100.7", 80).verdict, Verdict::NoSuchAddress);
    // By its group, a sender is known at the private address only.
    let private = world.ok("ec2", "DescribeInstances", &[("InstanceId.1", &id)], "privateIpAddress");
    let sender = Source::Instance(&other);
    assert_eq!(world.cloud.reach(&sender, &private, 22).verdict, Verdict::NotAllowedIn);
    let default = world.ok("ec2", "DescribeSecurityGroups", &[("GroupName.1", "default")], "groupId");
    let inside = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.Groups.1.GroupId", default.as_str()),
    ];
    world.ok("ec2", "AuthorizeSecurityGroupIngress", &inside, "groupId");
    assert_eq!(world.cloud.reach(&sender, &private, 22).verdict, Verdict::Allowed);
    assert_eq!(world.cloud.reach(&sender, &ip, 22).verdict, Verdict::NotAllowedIn);
    assert_eq!(world.cloud.leaves(&id, "151.101.0.223", 443).verdict, Verdict::Allowed);
    let all = [
        ("GroupId", group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    world.ok("ec2", "RevokeSecurityGroupEgress", &all, "return");
    assert_eq!(world.cloud.leaves(&id, "151.101.0.223", 443).verdict, Verdict::NotAllowedOut);
    world.call("ec2", "StopInstances", &[("InstanceId.1", &id)]);
    assert_eq!(world.cloud.reach(&from, &ip, 8080).verdict, Verdict::NotRunning);
    world.wait(10);
    assert_eq!(world.cloud.reach(&from, &ip, 8080).verdict, Verdict::NoSuchAddress, "the address went back");
}

#[test]
fn dry_runs_and_operations_that_are_not_simulated_change_nothing() {
    // Source: EC2 API Reference, "Common query parameters" (DryRun); the answer 501 is Nuvola's own.
    let mut world = World::new();
    let code = |response: &Response| {
        let parsed = xml::parse(response.body.as_text().unwrap()).unwrap();
        let error = parsed.child("Errors").unwrap().child("Error").unwrap();
        (
            response.status,
            error.child("Code").unwrap().text.clone(),
            error.child("Message").unwrap().text.clone(),
        )
    };
    let image = world.image("amzn2-*");
    let launch = [
        ("ImageId", image.as_str()),
        ("InstanceType", "t2.micro"),
        ("MinCount", "1"),
        ("MaxCount", "1"),
        ("DryRun", "true"),
    ];
    let (status, name, text) = code(&world.call("ec2", "RunInstances", &launch));
    assert_eq!(
        (status, name.as_str(), text.as_str()),
        (412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
    );
    assert_eq!(world.ok("ec2", "DescribeInstances", &[], "instanceId"), "");
    let (status, name, text) = code(&world.call("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]));
    assert_eq!((status, name.as_str()), (501, "NotImplemented"));
    assert_eq!(text, "the operation `CreateVpc` of EC2 is not simulated by Nuvola");
    let (status, name, _) = code(&world.call("ec2", "CreateVpz", &[]));
    assert_eq!((status, name.as_str()), (400, "InvalidAction"));
}
