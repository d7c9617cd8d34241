"""EC2 with the real boto3 and AWS CLI, and the course's first Terraform example.

Expected answers: the API reference of EC2 (states, codes, texts); the documentation of boto3's waiters and
resources; Terraform's tutorial "Create infrastructure".
"""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

AL2023 = [{"Name": "name", "Values": ["al2023-ami-2023.*-x86_64"]}]

MAIN = """
provider "aws" {
  region = "eu-south-1"
}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-2023.*-x86_64"]
  }
}

resource "aws_instance" "app_server" {
  ami           = data.aws_ami.linux.id
  instance_type = "t2.micro"
  tags = {
    Name = "ExampleAppServerInstance"
  }
}
"""


@pytest.fixture
def ec2(gateway):
    return gateway.client("ec2")


def newest_image(ec2):
    images = ec2.describe_images(Owners=["amazon"], Filters=AL2023)["Images"]
    return max(images, key=lambda image: image["CreationDate"])["ImageId"]


def run(ec2, **more):
    settings = dict(ImageId=newest_image(ec2), InstanceType="t3.micro", MinCount=1, MaxCount=1)
    return ec2.run_instances(**(settings | more))["Instances"]


def wait(ec2, name, ids):
    ec2.get_waiter(name).wait(InstanceIds=ids, WaiterConfig={"Delay": 1, "MaxAttempts": 40})


def code(refused):
    return refused.value.response["Error"]["Code"]


def test_an_instance_lives(ec2):
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    [instance] = run(ec2, TagSpecifications=tags)
    ids = [instance["InstanceId"]]
    assert instance["State"] == {"Code": 0, "Name": "pending"}
    wait(ec2, "instance_running", ids)
    found = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["w*"]}])
    [running] = found["Reservations"][0]["Instances"]
    assert running["PublicDnsName"].endswith(".eu-south-1.compute.amazonaws.com")
    assert running["PrivateDnsName"] == f"ip-{running['PrivateIpAddress'].replace('.', '-')}.eu-south-1.compute.internal"
    ec2.stop_instances(InstanceIds=ids)
    wait(ec2, "instance_stopped", ids)
    ec2.modify_instance_attribute(InstanceId=ids[0], InstanceType={"Value": "t3.small"})
    ec2.modify_instance_attribute(InstanceId=ids[0], UserData={"Value": b"#!/bin/sh"})
    ec2.terminate_instances(InstanceIds=ids)
    wait(ec2, "instance_terminated", ids)
    with pytest.raises(ClientError) as refused:
        ec2.start_instances(InstanceIds=ids)
    assert code(refused) == "IncorrectInstanceState"


def test_resources_and_paginators(gateway, ec2):
    run(ec2, InstanceType="t2.nano", MinCount=7, MaxCount=7)
    resource = boto3.resource(
        "ec2", endpoint_url=gateway.url, region_name="eu-south-1",
        aws_access_key_id=gateway.key_id, aws_secret_access_key=gateway.secret,
    )
    assert len(list(resource.instances.filter(Filters=[{"Name": "instance-type", "Values": ["t2.nano"]}]))) == 7
    pages = list(ec2.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5}))
    counts = [sum(len(r["Instances"]) for r in page["Reservations"]) for page in pages]
    assert counts == [5, 2]
    group = resource.create_security_group(GroupName="web", Description="Web")
    group.authorize_ingress(IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0")
    group.load()
    assert group.ip_permissions[0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]
    group.delete()
    pair = resource.create_key_pair(KeyName="k")
    assert pair.key_material.startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    [first, *_] = list(resource.instances.all())
    first.create_tags(Tags=[{"Key": "Name", "Value": "first"}])
    first.reload()
    assert first.tags == [{"Key": "Name", "Value": "first"}]


def test_refusals_are_those_of_aws(ec2):
    with pytest.raises(ClientError, match=r"\(InvalidAMIID.NotFound\).*The image id '\[ami-12345678\]' does not exist"):
        ec2.run_instances(ImageId="ami-12345678", InstanceType="t2.micro", MinCount=1, MaxCount=1)
    with pytest.raises(ClientError, match=r"The instance ID 'i-0123456789abcdef0' does not exist"):
        ec2.describe_instances(InstanceIds=["i-0123456789abcdef0"])
    with pytest.raises(ClientError) as refused:
        run(ec2, DryRun=True)
    assert code(refused) == "DryRunOperation"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    with pytest.raises(ClientError) as refused:
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    assert code(refused) == "NotImplemented"


def test_the_cli_describes_instances(project, ec2):
    [instance] = run(ec2, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}])
    query = "Reservations[].Instances[].[InstanceId,InstanceType,State.Name,Tags[?Key=='Name']|[0].Value]"
    text = project.aws("ec2", "describe-instances", "--query", query, "--output", "text").stdout
    assert text.split("\t")[0] == instance["InstanceId"] and text.split()[1] == "t3.micro"
    table = project.aws("ec2", "describe-instances", "--query", query, "--output", "table").stdout
    assert "DescribeInstances" in table and "web" in table
    project.aws("ec2", "create-key-pair", "--key-name", "k", "--query", "KeyMaterial", "--output", "text")
    group = json.loads(project.aws("ec2", "create-security-group", "--group-name", "g", "--description", "d").stdout)
    project.aws("ec2", "authorize-security-group-ingress", "--group-id", group["GroupId"], "--protocol", "tcp", "--port", "22", "--cidr", "0.0.0.0/0")
    again = project.aws("ec2", "authorize-security-group-ingress", "--group-name", "g", "--protocol", "tcp", "--port", "22", "--cidr", "0.0.0.0/0", check=False)
    assert "InvalidPermission.Duplicate" in again.stderr
    done = project.aws("ec2", "terminate-instances", "--instance-ids", instance["InstanceId"])
    assert "shutting-down" in done.stdout


def test_the_first_terraform_example(project, ec2):
    for path in project.folder.iterdir():
        if path.suffix == ".tf":
            path.unlink()
    (project.folder / "main.tf").write_text(MAIN)
    project.terraform("init")
    done = project.terraform("apply", "-no-color", typed="yes\n")
    assert "Apply complete! Resources: 1 added" in done.stdout
    assert "No changes." in project.terraform("apply", "-no-color").stdout
    (project.folder / "main.tf").write_text(MAIN.replace("t2.micro", "t2.small"))
    done = project.terraform("apply", "-no-color", "-auto-approve")
    assert "0 added, 1 changed, 0 destroyed" in done.stdout
    [reservation] = ec2.describe_instances()["Reservations"]
    assert reservation["Instances"][0]["InstanceType"] == "t2.small"
    assert "1 destroyed" in project.terraform("destroy", "-no-color", "-auto-approve").stdout
