//! EC2's types, and the course's first example through the whole `terraform` command.

use super::world::World;
use serde_json::{Value as Json, json};

const FIRST: &str = r#"
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "us-west-2"
}

data "aws_ami" "ubuntu" {
  most_recent = true
  owners      = ["099720109477"]

  filter {
    name   = "name"
    values = ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"]
  }
}

resource "aws_instance" "app_server" {
  ami           = data.aws_ami.ubuntu.id
  instance_type = "t2.micro"

  tags = {
    Name = "ExampleAppServerInstance"
  }
}
"#;

fn world(main: &str) -> World {
    let world = World::new();
    write(&world, main);
    let (code, text) = world.terraform("init -no-color");
    assert_eq!(code, 0, "{text}");
    world
}

fn write(world: &World, main: &str) {
    world.folder.files.borrow_mut().insert("main.tf".to_owned(), main.as_bytes().to_vec());
}

fn run(world: &World, words: &str) -> String {
    let (code, text) = world.terraform(words);
    assert_eq!(code, 0, "{words}: {text}");
    text
}

#[test]
fn the_first_example_is_applied_shown_changed_and_destroyed() {
    // Source: Terraform's tutorials, "Create infrastructure" and "Manage infrastructure" (AWS); the provider's
    // pull request 40710 on the addresses of an instance that is stopped and started.
    let world = world(FIRST);
    assert!(run(&world, "validate -no-color").contains("Success! The configuration is valid."));
    let text = run(&world, "apply -auto-approve -no-color");
    assert!(text.contains("# aws_instance.app_server will be created"), "{text}");
    for line in [
        "+ instance_type                        = \"t2.micro\"",
        "+ public_ip                            = (known after apply)",
        "+ \"Name\" = \"ExampleAppServerInstance\"",
        "+ get_password_data                    = false",
        "+ source_dest_check                    = true",
        "+ user_data_replace_on_change          = false",
        "+ root_block_device (known after apply)",
        "Apply complete! Resources: 1 added, 0 changed, 0 destroyed.",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let shown = run(&world, "show -no-color");
    for line in [
        "instance_state                       = \"running\"",
        "cpu_credits = \"standard\"",
        "volume_size           = 8",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(run(&world, "apply -auto-approve -no-color").contains("No changes."), "applied twice");

    let tagged = FIRST.replace(
        "Name = \"ExampleAppServerInstance\"",
        "Name  = \"ExampleAppServerInstance\"\n    Stage = \"test\"",
    );
    write(&world, &tagged);
    let text = run(&world, "apply -auto-approve -no-color");
    assert!(text.contains("# aws_instance.app_server will be updated in-place"), "{text}");
    assert!(text.contains("+ \"Stage\" = \"test\"") && !text.contains("public_ip"), "{text}");
    assert!(run(&world, "plan -no-color").contains("No changes."), "tagged");

    let larger = tagged.replace("t2.micro", "t2.small");
    write(&world, &larger);
    let text = run(&world, "apply -auto-approve -no-color");
    for line in [
        "# aws_instance.app_server will be updated in-place",
        "~ instance_type                        = \"t2.micro\" -> \"t2.small\"",
        "-> (known after apply)",
        "Apply complete! Resources: 0 added, 1 changed, 0 destroyed.",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(run(&world, "plan -no-color").contains("No changes."), "larger");

    let other = larger
        .replace("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04");
    write(&world, &other);
    let text = run(&world, "plan -no-color");
    assert!(
        text.contains("# aws_instance.app_server must be replaced") && text.contains("# forces replacement"),
        "{text}"
    );

    let text = run(&world, "destroy -auto-approve -no-color");
    assert!(text.contains("Destroy complete! Resources: 1 destroyed."), "{text}");
}

#[test]
fn an_unknown_image_is_refused_as_aws_refuses_it() {
    // Source: EC2's error codes, in the words of Go's SDK as the provider shows them.
    let world = world(&FIRST.replace("data.aws_ami.ubuntu.id", "\"ami-830c94e3\""));
    let (code, text) = world.terraform("apply -auto-approve -no-color");
    assert_eq!(code, 1, "{text}");
    let plain = text.replace(['\n', '\u{2502}'], " ");
    assert!(
        plain.contains(
            "creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 400"
        ),
        "{text}"
    );
    assert!(
        text.contains("api error InvalidAMIID.NotFound: The image id '[ami-830c94e3]' does not exist"),
        "{text}"
    );
}

const WEB: &str = r##"
provider "aws" {
  region = "eu-south-1"
}

data "aws_vpc" "default" {
  default = true
}

data "aws_ami" "al2023" {
  most_recent = true
  owners      = ["amazon"]
  name_regex  = "^al2023-ami-2023.*-x86_64$"
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  dynamic "ingress" {
    for_each = [22, 8080]
    content {
      description = "port ${ingress.value}"
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "web" {
  ami                    = data.aws_ami.al2023.id
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = "#!/bin/sh\necho hello\n"

  root_block_device {
    volume_size = 12
  }

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_eip" "web" {
  instance = aws_instance.web.id
  domain   = "vpc"
}

output "ip" {
  value = aws_eip.web.public_ip
}
"##;

#[test]
fn a_web_server_with_its_group_and_address_settles() {
    // Source: the provider's documentation of these resources; Terraform's "Attributes as Blocks".
    let world = world(WEB);
    let text = run(&world, "apply -auto-approve -no-color");
    for line in [
        "Apply complete! Resources: 3 added",
        "+ from_port        = 80",
        "+ security_groups  = []",
        "+ description      = \"port 22\"",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    // The address was associated after the instance had been read.
    run(&world, "apply -refresh-only -auto-approve -no-color");
    let text = run(&world, "plan -no-color");
    assert!(text.contains("No changes."), "{text}");
    write(
        &world,
        &WEB.replace("from_port   = 80\n    to_port     = 80", "from_port   = 443\n    to_port     = 443"),
    );
    let text = run(&world, "apply -auto-approve -no-color");
    assert!(text.contains("aws_security_group.web will be updated in-place"), "{text}");
    let text = run(&world, "plan -no-color");
    assert!(text.contains("No changes."), "{text}");
    let text = run(&world, "destroy -auto-approve -no-color");
    assert!(text.contains("Destroy complete! Resources: 3 destroyed."), "{text}");
}

fn ami(world: &World) -> Json {
    let filter = json!([{ "name": "name", "values": ["amzn2-ami-hvm-*"] }]);
    world.data("aws_ami", &json!({ "owners": ["amazon"], "most_recent": true, "filter": filter })).unwrap()["id"].clone()
}

#[test]
fn instances_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let ami = ami(&world);
    let instance = world.create(
        "aws_instance",
        json!({ "ami": ami, "instance_type": "t2.micro", "tags": { "Name": "a" }, "disable_api_stop": false }),
    );
    assert_eq!(instance.attr("instance_state"), "running");
    world.assert_imports(&instance, &instance.id(), &["user_data_replace_on_change", "get_password_data"]);
    let found = world.data("aws_instance", &json!({ "instance_tags": { "Name": "a" } })).unwrap();
    assert_eq!(found["id"], instance.id().as_str());
    assert_eq!(found["public_ip"], instance.attr("public_ip"));
    let ssh = world.create("aws_security_group", json!({ "name_prefix": "ssh-" }));
    let changed = world.update(
        &instance,
        json!({
            "ami": ami, "instance_type": "t2.nano", "tags": { "Name": "b" }, "monitoring": true,
            "vpc_security_group_ids": [ssh.id()], "source_dest_check": false,
            "instance_initiated_shutdown_behavior": "terminate", "disable_api_termination": true,
            "credit_specification": [{ "cpu_credits": "unlimited" }],
            "metadata_options": [{ "http_tokens": "required", "http_endpoint": "enabled", "http_put_response_hop_limit": 3 }],
        }),
    );
    assert_eq!(changed.attr("metadata_options")[0]["http_put_response_hop_limit"], 3);
    let free = json!({
        "ami": ami, "instance_type": "t2.nano", "tags": { "Name": "b" }, "monitoring": true,
        "vpc_security_group_ids": [ssh.id()], "source_dest_check": false, "disable_api_termination": false,
    });
    let free = world.update(&changed, free);
    world.delete(&free);
    world.delete(&ssh);
}

#[test]
fn instances_get_profiles() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let ami = ami(&world);
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
    let role = world.create("aws_iam_role", json!({ "name": "web", "assume_role_policy": trust }));
    let profile = world.create("aws_iam_instance_profile", json!({ "name": "web", "role": role.id() }));
    let plain = json!({ "ami": ami, "instance_type": "t2.nano" });
    let instance = world.create("aws_instance", plain.clone());
    let with = json!({ "ami": ami, "instance_type": "t2.nano", "iam_instance_profile": "web" });
    let instance = world.update(&instance, with.clone());
    assert_eq!(instance.attr("iam_instance_profile"), "web");
    world.delete(&instance);
    let instance = world.create("aws_instance", with);
    world.delete(&instance);
    world.delete(&profile);
    world.delete(&role);
}

#[test]
fn groups_and_rules_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let group = world.create(
        "aws_security_group",
        json!({ "name": "g", "tags": { "a": "b" }, "ingress": [
            { "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"], "self": true },
        ] }),
    );
    let none: Json = json!([]);
    let group =
        world.update(&group, json!({ "name": "g", "tags": { "a": "c" }, "ingress": none, "egress": none }));
    assert_eq!(group.attr("ingress"), none);
    world.assert_imports(&group, &group.id(), &["revoke_rules_on_delete"]);
    let found = world.data("aws_security_group", &json!({ "name": "g" })).unwrap();
    assert_eq!(found["id"], group.id().as_str());
    let id = group.id();
    let rule = json!({ "security_group_id": id, "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ipv4": "10.0.0.0/8", "tags": { "a": "b" } });
    let rule = world.create("aws_vpc_security_group_ingress_rule", rule);
    let moved = json!({ "security_group_id": id, "ip_protocol": "tcp", "from_port": 23, "to_port": 23, "cidr_ipv4": "10.0.0.0/16", "description": "d" });
    let rule = world.update(&rule, moved);
    world.assert_imports(&rule, &rule.id(), &[]);
    let out = world.create(
        "aws_vpc_security_group_egress_rule",
        json!({ "security_group_id": id, "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0" }),
    );
    let classic = json!({ "type": "ingress", "security_group_id": id, "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"] });
    let classic = world.create("aws_security_group_rule", classic);
    assert!(classic.attr("security_group_rule_id").as_str().unwrap().starts_with("sgr-"));
    let described = json!({ "type": "ingress", "security_group_id": id, "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"], "description": "https" });
    let classic = world.update(&classic, described);
    world.assert_imports(&classic, &format!("{id}_ingress_tcp_443_443_0.0.0.0/0"), &["id"]);
    for object in [&classic, &out, &rule, &group] {
        world.delete(object);
    }
}

const KEY: &str = include_str!("../../../aws/src/ec2/testdata/rsa.pub");

#[test]
fn keys_and_addresses_live() {
    // Source: our own reasoning: what Terraform's workflow demands of each resource type.
    let world = World::new();
    let pair = world
        .create("aws_key_pair", json!({ "key_name": "k", "public_key": KEY.trim(), "tags": { "a": "b" } }));
    assert_eq!(pair.attr("key_type"), "rsa");
    let pair = world.update(&pair, json!({ "key_name": "k", "public_key": KEY.trim() }));
    world.assert_imports(&pair, "k", &["public_key"]);
    let instance = world
        .create("aws_instance", json!({ "ami": ami(&world), "instance_type": "t2.nano", "key_name": "k" }));
    let address = world.create("aws_eip", json!({ "domain": "vpc", "tags": { "a": "b" } }));
    world.assert_imports(&address, &address.id(), &[]);
    let link = world.create(
        "aws_eip_association",
        json!({ "allocation_id": address.id(), "instance_id": instance.id() }),
    );
    assert_eq!(link.attr("public_ip"), address.attr("public_ip"));
    world.assert_imports(&link, &link.id(), &[]);
    world.delete(&link);
    let moved = world.update(&address, json!({ "domain": "vpc", "instance": instance.id() }));
    assert_eq!(moved.attr("instance"), instance.id().as_str());
    world.delete(&moved);
    world.delete(&instance);
    world.delete(&pair);
}

#[test]
fn the_default_network_is_found_and_taken_over() {
    // Source: the provider's documentation of these data sources and resources.
    let world = World::new();
    let vpc = world.data("aws_vpc", &json!({ "default": true })).unwrap();
    assert_eq!(vpc["cidr_block"], "172.31.0.0/16");
    let filter = json!([{ "name": "vpc-id", "values": [vpc["id"]] }]);
    let subnets = world.data("aws_subnets", &json!({ "filter": filter })).unwrap();
    assert_eq!(subnets["ids"].as_array().unwrap().len(), 3);
    let subnet = world
        .data("aws_subnet", &json!({ "availability_zone": "eu-south-1b", "default_for_az": true }))
        .unwrap();
    assert_eq!(subnet["cidr_block"], "172.31.16.0/20");
    let zones = world
        .data("aws_availability_zones", &json!({ "state": "available", "exclude_names": ["eu-south-1c"] }))
        .unwrap();
    assert_eq!(zones["names"], json!(["eu-south-1a", "eu-south-1b"]));
    let problem = world.data("aws_vpc", &json!({ "cidr_block": "10.0.0.0/8" })).unwrap_err();
    assert_eq!(problem, ["no matching EC2 VPC found"]);
    let problem = world.data("aws_ami", &json!({ "owners": ["amazon"] })).unwrap_err();
    assert!(problem[0].starts_with("Your query returned more than one result."), "{problem:?}");
    let taken = world.create("aws_default_vpc", json!({ "tags": { "Name": "Default VPC" } }));
    assert_eq!(taken.id(), vpc["id"].as_str().unwrap());
    world.remove(&taken);
    let group = world.create(
        "aws_default_security_group",
        json!({ "vpc_id": vpc["id"], "ingress": [
        { "protocol": "-1", "from_port": 0, "to_port": 0, "self": true },
    ] }),
    );
    assert_eq!(group.attr("egress"), json!([]));
    world.remove(&group);
}
