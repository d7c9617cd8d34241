"""What goes wrong ends as on AWS: its codes, and a cloud that goes on working.

Sources: AWS Lambda Developer Guide (errors of functions), Amazon S3 and IAM API references (error codes).
"""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}


def package(text, name="lambda_function.py"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture
def function(gateway):
    role = gateway.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    client = gateway.client("lambda")

    def create(code, runtime="python3.13", handler="lambda_function.lambda_handler", timeout=3, name="f"):
        client.create_function(
            FunctionName=name, Runtime=runtime, Role=role["Role"]["Arn"], Handler=handler,
            Code={"ZipFile": code}, Timeout=timeout,
        )
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

        def invoke(event="{}"):
            answer = client.invoke(FunctionName=name, Payload=event)
            return answer.get("FunctionError"), json.load(answer["Payload"])

        return invoke

    return create


def test_a_handler_that_raises(function):
    invoke = function(package("def lambda_handler(event, context):\n    return 1 / 0\n"))
    error, payload = invoke()
    assert error == "Unhandled"
    assert payload["errorType"] == "ZeroDivisionError" and payload["errorMessage"] == "division by zero"
    assert payload["stackTrace"]


def test_a_result_that_is_no_json(function):
    error, payload = function(package("def lambda_handler(event, context):\n    return {1, 2}\n"))()
    assert error == "Unhandled" and payload["errorType"] == "Runtime.MarshalError"


def test_a_syntax_error(function):
    error, payload = function(package("def lambda_handler(:\n"))()
    assert error == "Unhandled" and payload["errorType"] == "Runtime.UserCodeSyntaxError"


def test_an_endless_loop_ends_at_the_timeout_and_the_next_call_works(function):
    code = "def lambda_handler(event, context):\n    while event.get('loop'):\n        pass\n    return 'ok'\n"
    invoke = function(package(code), timeout=1)
    error, payload = invoke('{"loop": true}')
    assert error == "Unhandled" and "Task timed out after 1.00 seconds" in payload["errorMessage"]
    assert invoke() == (None, "ok")


def test_memory_without_end_kills_the_environment(function):
    code = "def lambda_handler(event, context):\n    kept = []\n    while True:\n        kept.append(b'x' * 10_000_000)\n"
    error, payload = function(package(code), timeout=20)()
    assert error == "Unhandled" and payload["errorType"] == "Runtime.ExitError"


def test_a_package_that_is_no_zip_is_refused(function, gateway):
    with pytest.raises(ClientError) as refused:
        function(b"this is no archive")
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert "Could not unzip uploaded file" in str(refused.value)
    assert gateway.client("lambda").list_functions()["Functions"] == []


def test_a_wrong_secret_is_refused(gateway):
    with pytest.raises(ClientError) as refused:
        gateway.client("sts", aws_secret_access_key="wrong").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_an_unknown_key_is_refused(gateway):
    with pytest.raises(ClientError) as refused:
        gateway.client("s3", aws_access_key_id="AKIAIOSFODNN7EXAMPLE").list_buckets()
    assert refused.value.response["Error"]["Code"] == "InvalidAccessKeyId"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"FunctionName": 7}'])
def test_malformed_requests_get_a_client_error(gateway, body):
    status, _, _ = gateway.fetch("http://lambda.eu-south-1.amazonaws.com/2015-03-31/functions", "POST", body=body)
    assert 400 <= status < 500
    assert gateway.client("lambda").list_functions()["Functions"] == []
