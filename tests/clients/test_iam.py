"""IAM and STS with boto3 and the AWS CLI: keys, roles, profiles, refusals.

Expected answers: the IAM and STS API references, the IAM User Guide ("Troubleshoot access denied error
messages"), and the AWS CLI User Guide ("Using an IAM role in the AWS CLI").
"""

import json
import time

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def refused(code):
    """The error of a call, which must have this code."""

    class Refused:
        def __enter__(self):
            self.context = pytest.raises(ClientError)
            self.raised = self.context.__enter__()
            return self

        def __exit__(self, *problem):
            swallowed = self.context.__exit__(*problem)
            error = self.raised.value.response["Error"]
            assert error["Code"] == code, error
            self.message = error["Message"]
            return swallowed

    return Refused()


@pytest.fixture
def iam(gateway):
    return gateway.client("iam")


@pytest.fixture
def bob(gateway, iam):
    """A user with a key, and no permission."""
    iam.create_user(UserName="bob")
    return iam.create_access_key(UserName="bob")["AccessKey"]


def as_user(gateway, service, key, **more):
    return gateway.client(
        service, aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"], **more
    )


def as_session(gateway, service, credentials):
    return as_user(gateway, service, credentials, aws_session_token=credentials["SessionToken"])


def role_for(iam, principal, name="admin", **more):
    trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]


def test_a_refusal_says_who_what_and_why(gateway, iam, bob):
    gateway.client("s3").create_bucket(
        Bucket="notes", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"}
    )
    s3 = as_user(gateway, "s3", bob)
    with refused("AccessDenied") as error:
        s3.put_object(Bucket="notes", Key="a.txt", Body=b"a")
    assert error.message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: s3:PutObject on resource: "
        '"arn:aws:s3:::notes/a.txt" because no identity-based policy allows the s3:PutObject action'
    )
    policy = document(allow("s3:PutObject", "arn:aws:s3:::notes/${aws:username}/*"))
    iam.put_user_policy(UserName="bob", PolicyName="own", PolicyDocument=policy)
    s3.put_object(Bucket="notes", Key="bob/a.txt", Body=b"a")
    with refused("AccessDenied"):
        s3.put_object(Bucket="notes", Key="eve/a.txt", Body=b"a")
    deny = document({"Effect": "Deny", "Action": "s3:*", "Resource": "*"})
    arn = iam.create_policy(PolicyName="never", PolicyDocument=deny)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="bob", PolicyArn=arn)
    with refused("AccessDenied") as error:
        s3.put_object(Bucket="notes", Key="bob/a.txt", Body=b"a")
    assert error.message.endswith(f"with an explicit deny in an identity-based policy: {arn}")


def test_an_inactive_key_is_refused_and_works_again(gateway, iam, bob):
    sts = as_user(gateway, "sts", bob)
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/bob"
    used = iam.get_access_key_last_used(AccessKeyId=bob["AccessKeyId"])
    assert (used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]) == ("bob", "sts")
    iam.update_access_key(UserName="bob", AccessKeyId=bob["AccessKeyId"], Status="Inactive")
    with refused("InvalidClientTokenId") as error:
        sts.get_caller_identity()
    assert error.message == "The security token included in the request is invalid."
    iam.update_access_key(UserName="bob", AccessKeyId=bob["AccessKeyId"], Status="Active")
    sts.get_caller_identity()
    iam.create_access_key(UserName="bob")
    with refused("LimitExceeded") as error:
        iam.create_access_key(UserName="bob")
    assert error.message == "Cannot exceed quota for AccessKeysPerUser: 2"
    with refused("DeleteConflict"):
        iam.delete_user(UserName="bob")


def test_a_role_is_assumed_and_its_credentials_are_used(gateway, iam, bob):
    arn = role_for(iam, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"})
    iam.attach_role_policy(RoleName="admin", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    sts = as_user(gateway, "sts", bob)
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="work", DurationSeconds=900)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/work"
    session = as_session(gateway, "iam", answer["Credentials"])
    assert [user["UserName"] for user in session.list_users()["Users"]] == ["bob"]
    with refused("AccessDenied") as error:
        session.create_user(UserName="eve")
    assert f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/work" in error.message
    narrow = document(allow("iam:ListRoles"))
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="less", Policy=narrow)
    session = as_session(gateway, "iam", answer["Credentials"])
    session.list_roles()
    with refused("AccessDenied") as error:
        session.list_users()
    assert "because no session policy allows the iam:ListUsers action" in error.message
    without = as_user(gateway, "iam", answer["Credentials"])
    with refused("InvalidClientTokenId"):
        without.list_roles()


def test_the_external_id_has_to_be_right(gateway, iam, bob):
    condition = {"StringEquals": {"sts:ExternalId": "42"}}
    arn = role_for(iam, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}, Condition=condition)
    sts = as_user(gateway, "sts", bob)
    with refused("AccessDenied") as error:
        sts.assume_role(RoleArn=arn, RoleSessionName="work")
    assert error.message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: sts:AssumeRole on resource: {arn}"
    )
    sts.assume_role(RoleArn=arn, RoleSessionName="work", ExternalId="42")


def test_profiles_of_the_cli_assume_roles(gateway, iam, bob, project, tmp_path):
    arn = role_for(iam, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"})
    iam.put_role_policy(RoleName="admin", PolicyName="p", PolicyDocument=document(allow("iam:ListUsers")))
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws/credentials").write_text(
        f"[bob]\naws_access_key_id = {bob['AccessKeyId']}\naws_secret_access_key = {bob['SecretAccessKey']}\n\n"
        f"[admin]\nrole_arn = {arn}\nsource_profile = bob\nrole_session_name = cli\n"
    )
    environment = {name: value for name, value in gateway.env.items() if "KEY" not in name} | {"HOME": str(home)}

    class InHome:
        env = environment

    project.gateway = InHome
    identity = project.aws("sts", "get-caller-identity", "--profile", "admin", "--query", "Arn", "--output", "text")
    assert identity.stdout.strip() == f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/cli"
    users = project.aws("iam", "list-users", "--profile", "admin", "--query", "Users[].UserName", "--output", "text")
    assert users.stdout.strip() == "bob"
    denied = project.aws("iam", "list-users", "--profile", "bob", check=False)
    assert denied.returncode != 0
    assert (
        "An error occurred (AccessDenied) when calling the ListUsers operation: "
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: iam:ListUsers" in denied.stderr
    )


def test_the_simulator_and_the_account_tell_what_there_is(iam, bob):
    iam.attach_user_policy(UserName="bob", PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")
    answer = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/bob", ActionNames=["sqs:ListQueues", "sqs:SendMessage"]
    )
    found = {result["EvalActionName"]: result["EvalDecision"] for result in answer["EvaluationResults"]}
    assert found == {"sqs:ListQueues": "allowed", "sqs:SendMessage": "implicitDeny"}
    assert answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"] == "AmazonSQSReadOnlyAccess"
    assert iam.get_account_summary()["SummaryMap"]["Users"] == 1
    details = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert details[0]["AttachedManagedPolicies"][0]["PolicyName"] == "AmazonSQSReadOnlyAccess"
    document_of_bob = iam.get_policy_version(
        PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess", VersionId="v4"
    )["PolicyVersion"]["Document"]
    assert document_of_bob["Statement"][0]["Effect"] == "Allow"


def test_listings_come_in_pages(iam):
    for number in range(5):
        iam.create_user(UserName=f"user{number}", Path="/class/")
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/class/", PaginationConfig={"PageSize": 2})
    names = [[user["UserName"] for user in page["Users"]] for page in pages]
    assert names == [["user0", "user1"], ["user2", "user3"], ["user4"]]


def test_an_instance_profile_holds_a_role(iam):
    role_for(iam, {"Service": "ec2.amazonaws.com"}, name="web")
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    profile = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert profile["Roles"][0]["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
    with refused("LimitExceeded") as error:
        iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    assert error.message == "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"
    with refused("DeleteConflict") as error:
        iam.delete_role(RoleName="web")
    assert error.message == "Cannot delete entity, must remove roles from instance profile first."


def test_a_policy_that_is_none_is_refused(iam):
    with refused("MalformedPolicyDocument") as error:
        iam.create_policy(PolicyName="p", PolicyDocument=document(allow("s3:*", "bucket")))
    assert error.message == 'Resource bucket must be in ARN format or "*".'
    with refused("MalformedPolicyDocument") as error:
        role_for(iam, {"AWS": f"arn:aws:iam::{ACCOUNT}:user/nobody"})
    assert error.message == f'Invalid principal in policy: "AWS":"arn:aws:iam::{ACCOUNT}:user/nobody"'


def test_session_tokens_are_for_other_services_than_iam(gateway, iam, bob):
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=document(allow("*")))
    answer = as_user(gateway, "sts", bob).get_session_token(DurationSeconds=900)
    credentials = answer["Credentials"]
    assert 0 < credentials["Expiration"].timestamp() - time.time() <= 900
    assert as_session(gateway, "lambda", credentials).list_functions()["Functions"] == []
    with refused("InvalidClientTokenId"):
        as_session(gateway, "iam", credentials).list_users()
