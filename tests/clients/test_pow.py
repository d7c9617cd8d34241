"""The course's example, as its students do it: Terraform, then the doors, then boto3 and the AWS CLI.

Expected answers: the handler's own text (2 to the power of 10 is 1024); messages of Terraform as the
recorded workflows have them; AWS's error codes as the API references name them.
"""

import base64
import json

import pytest

WITH_CORS = '"Access-Control-Allow-Origin": "*",'


def applied(project):
    project.terraform("init")
    done = project.terraform("apply", "-no-color", typed="yes\n")
    assert "Apply complete!" in done.stdout
    return done


def test_apply_shows_a_plan_asks_and_creates_everything(project, gateway):
    done = applied(project)
    assert "Terraform will perform the following actions:" in done.stdout
    assert "# aws_lambda_function.pow will be created" in done.stdout
    assert "Enter a value:" in done.stdout
    assert gateway.client("lambda").get_function(FunctionName="pow")["Configuration"]["State"] == "Active"
    assert gateway.client("iam").get_role(RoleName="pow-role")["Role"]["Arn"].endswith(":role/pow-role")


def test_apply_that_is_refused_creates_nothing(project, gateway):
    project.terraform("init")
    done = project.terraform("apply", "-no-color", typed="no\n", check=False)
    assert done.returncode == 1 and "Apply cancelled." in done.stdout
    assert gateway.client("lambda").list_functions()["Functions"] == []


def test_an_invocation_is_cold_then_warm(project, gateway):
    applied(project)
    client = gateway.client("lambda")
    event = json.dumps({"queryStringParameters": {"x": "2", "y": "10"}})
    logs = []
    for _ in range(2):
        answer = client.invoke(FunctionName="pow", Payload=event, LogType="Tail")
        assert json.loads(json.load(answer["Payload"])["body"]) == {"result": 1024}
        logs.append(base64.b64decode(answer["LogResult"]).decode())
    assert "2.0 ** 10.0 = 1024.0" in logs[0]
    for part in ("Duration: ", "Billed Duration: ", "Memory Size: 128 MB", "Max Memory Used: "):
        assert part in logs[0] and part in logs[1]
    assert "Init Duration: " in logs[0] and "Init Duration: " not in logs[1]


@pytest.mark.parametrize("door", ["function_url", "api_url"])
def test_both_doors_answer(project, gateway, door):
    applied(project)
    url = project.output(door)
    status, headers, body = gateway.fetch(f"{url}?x=2&y=10")
    assert (status, json.loads(body)) == (200, {"result": 1024})
    assert headers["Content-Type"] == "application/json"
    status, _, body = gateway.fetch(f"{url}?x=2")
    assert (status, json.loads(body)) == (400, {"error": "the parameter 'y' is missing"})
    status, _, body = gateway.fetch(f"{url}?x=2&y=ten")
    assert (status, json.loads(body)) == (400, {"error": "x and y must be numbers"})


def test_the_website_is_served_and_names_the_api(project, gateway):
    applied(project)
    status, headers, body = gateway.fetch(project.output("website") + "/")
    assert status == 200 and headers["Content-Type"] == "text/html"
    assert project.output("api_url") in body
    status, _, body = gateway.fetch(project.output("website") + "/nothing.html")
    assert status in (403, 404) and "<html>" in body


def test_changed_code_updates_in_place_then_nothing_changes(project, gateway):
    applied(project)
    handler = project.folder / "lambda_function.py"
    handler.write_text(handler.read_text().replace(f"# {WITH_CORS}", WITH_CORS))
    plan = project.terraform("plan", "-no-color").stdout
    assert "# aws_lambda_function.pow will be updated in-place" in plan
    assert "~ source_code_hash" in plan
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in plan
    project.terraform("apply", "-auto-approve")
    _, headers, _ = gateway.fetch(project.output("api_url") + "?x=1&y=1")
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "No changes." in project.terraform("apply", "-no-color", "-auto-approve").stdout


def test_destroy_leaves_nothing(project, gateway):
    applied(project)
    done = project.terraform("destroy", "-no-color", "-auto-approve")
    assert "Destroy complete!" in done.stdout
    assert gateway.client("lambda").list_functions()["Functions"] == []
    assert gateway.client("apigateway").get_rest_apis()["items"] == []
    assert gateway.client("s3").list_buckets()["Buckets"] == []
    assert gateway.client("iam").list_roles()["Roles"] == []
    assert json.loads((project.folder / "terraform.tfstate").read_text())["resources"] == []


@pytest.mark.parametrize("project", ["pow-js"], indirect=True)
def test_the_same_with_javascript(project, gateway):
    applied(project)
    status, _, body = gateway.fetch(project.output("api_url") + "?x=2&y=10")
    assert (status, json.loads(body)) == (200, {"result": 1024})
    status, _, body = gateway.fetch(project.output("function_url"))
    assert (status, json.loads(body)) == (400, {"error": "the parameters x and y are needed"})


STORING = '''
import boto3, json, os

def lambda_handler(event, context):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=os.environ["BUCKET"], Key="note.txt", Body=b"kept")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=os.environ["BUCKET"])["Contents"]]
    return {"statusCode": 200, "body": json.dumps(keys)}
'''

POLICY = '''
resource "aws_iam_role_policy" "store" {
  name = "store"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:ListBucket"]
      Resource = [aws_s3_bucket.site.arn, "${aws_s3_bucket.site.arn}/*"]
    }]
  })
}
'''


def test_a_handler_that_uses_boto3_needs_its_permission(project, gateway):
    (project.folder / "lambda_function.py").write_text(STORING)
    applied(project)
    answer = gateway.client("lambda").invoke(FunctionName="pow", Payload="{}")
    assert answer["FunctionError"] == "Unhandled"
    message = json.load(answer["Payload"])["errorMessage"]
    assert "AccessDenied" in message and "s3:PutObject" in message
    assert "no identity-based policy allows the s3:PutObject action" in message
    with open(project.folder / "main.tf", "a") as configuration:
        configuration.write(POLICY)
    project.terraform("apply", "-auto-approve")
    answer = gateway.client("lambda").invoke(FunctionName="pow", Payload="{}")
    assert json.loads(json.load(answer["Payload"])["body"]) == ["index.html", "note.txt"]


def test_the_aws_cli_sees_what_terraform_made(project, gateway):
    applied(project)
    identity = json.loads(project.aws("sts", "get-caller-identity").stdout)
    assert identity["Account"] == "123456789012"
    assert "pow-site-123456789012" in project.aws("s3", "ls").stdout
    assert "index.html" in project.aws("s3", "ls", "s3://pow-site-123456789012").stdout
    project.aws(
        "lambda", "invoke", "--function-name", "pow",
        "--payload", '{"queryStringParameters": {"x": "3", "y": "2"}}', "out.json",
    )
    assert json.loads(json.loads((project.folder / "out.json").read_text())["body"]) == {"result": 9}
    (project.folder / "up.txt").write_text("up")
    project.aws("s3", "cp", "up.txt", "s3://pow-site-123456789012/up.txt")
    assert project.aws("s3", "cp", "s3://pow-site-123456789012/up.txt", "-").stdout == "up"
