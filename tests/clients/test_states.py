"""Step Functions as boto3 and the AWS CLI meet it, with executions that really run.

Expected answers: the Step Functions Developer Guide and API Reference; error texts as recorded from the service in
public test suites.
"""

import json
import subprocess
import threading
import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import REGION

ACCOUNT = "123456789012"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def sfn(gateway):
    # The port has no host name `sync-...`.
    return gateway.client("stepfunctions", config=Config(inject_host_prefix=False))


@pytest.fixture
def role(gateway):
    iam = gateway.client("iam")
    arn = iam.create_role(RoleName="machines", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="machines", PolicyName="all", PolicyDocument=json.dumps(allow))
    return arn


def make(sfn, role, states, name="machine", start=None, **more):
    definition = {"StartAt": start or next(iter(states)), "States": states}
    made = sfn.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role, **more)
    return made["stateMachineArn"]


def finish(sfn, arn, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = sfn.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError("the execution still runs")


def run(sfn, machine, data=None):
    arn = sfn.start_execution(stateMachineArn=machine, input=json.dumps(data or {}))["executionArn"]
    return finish(sfn, arn)


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_choices_lead_on_and_history_tells(sfn, role):
    machine = make(sfn, role, {
        "Size": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.size", "NumericGreaterThan": 10, "Next": "Large"}],
            "Default": "Small",
        },
        "Large": {"Type": "Pass", "Result": "large", "End": True},
        "Small": {"Type": "Pass", "Result": "small", "End": True},
    })
    found = run(sfn, machine, {"size": 11})
    assert (found["status"], found["output"]) == ("SUCCEEDED", '"large"')
    assert run(sfn, machine, {"size": 10})["output"] == '"small"'
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=found["executionArn"])
    events = [event for page in pages for event in page["events"]]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert [event["id"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert events[0]["executionStartedEventDetails"]["roleArn"] == role


def test_a_map_sends_messages_and_gathers_results(gateway, sfn, role):
    url = gateway.client("sqs").create_queue(QueueName="jobs")["QueueUrl"]
    machine = make(sfn, role, {
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {
                "StartAt": "Send",
                "States": {
                    "Send": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::sqs:sendMessage",
                        "Parameters": {"QueueUrl": url, "MessageBody": {"item.$": "$"}},
                        "ResultSelector": {"id.$": "$.MessageId"},
                        "End": True,
                    }
                },
            },
            "End": True,
        }
    })
    found = run(sfn, machine, {"items": [1, 2, 3]})
    assert found["status"] == "SUCCEEDED", found
    ids = {entry["id"] for entry in json.loads(found["output"])}
    messages = gateway.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert {message["MessageId"] for message in messages} == ids
    assert sorted(json.loads(message["Body"])["item"] for message in messages) == [1, 2, 3]


def test_a_failure_is_tried_again_and_then_caught(sfn, role):
    machine = make(sfn, role, {
        "Read": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem",
            "Parameters": {"TableName": "none", "Key": {"id": {"S": "1"}}},
            "Retry": [{"ErrorEquals": ["DynamoDb.ResourceNotFoundException"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}],
            "End": True,
        },
        "Sorry": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
    })
    found = run(sfn, machine)
    assert (found["status"], found["error"]) == ("FAILED", "DynamoDb.ResourceNotFoundException")
    assert found["cause"].startswith("Requested resource not found (Service: DynamoDb, Status Code: 400,")
    events = sfn.get_execution_history(executionArn=found["executionArn"])["events"]
    assert [event["type"] for event in events].count("TaskFailed") == 2


def test_a_worker_waits_for_a_task(sfn, role):
    activity = sfn.create_activity(name="work")["activityArn"]
    machine = make(sfn, role, {"Work": {"Type": "Task", "Resource": activity, "End": True}})
    taken = {}

    def work():
        taken.update(sfn.get_activity_task(activityArn=activity, workerName="anna"))

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(0.3)
    arn = sfn.start_execution(stateMachineArn=machine, input='{"n": 1}')["executionArn"]
    worker.join(10)
    assert json.loads(taken["input"]) == {"n": 1}
    sfn.send_task_success(taskToken=taken["taskToken"], output='{"n": 2}')
    assert json.loads(finish(sfn, arn)["output"]) == {"n": 2}
    code, _, status = refusal(sfn.send_task_success, taskToken=taken["taskToken"], output="{}")
    assert (code, status) == ("TaskTimedOut", 400)


def test_express_machines_answer_at_once(sfn, role):
    machine = make(sfn, role, {
        "Sum": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum($states.input.n) %}", "End": True}
    }, type="EXPRESS")
    found = sfn.start_sync_execution(stateMachineArn=machine, input='{"n": [1, 2, 3]}')
    assert (found["status"], found["output"]) == ("SUCCEEDED", "6")
    assert refusal(sfn.list_executions, stateMachineArn=machine)[0] == "StateMachineTypeNotSupported"


def test_a_state_is_tried_alone(sfn, role):
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.r", "Next": "More"}
    found = sfn.test_state(
        definition=json.dumps(state),
        roleArn=role,
        input='{"a": 1}',
        inspectionLevel="DEBUG",
        mock={"result": '{"StatusCode": 200}'},
    )
    assert (found["status"], found["nextState"]) == ("SUCCEEDED", "More")
    assert json.loads(found["output"]) == {"a": 1, "r": {"StatusCode": 200}}


def test_what_is_wrong_is_said(sfn, role):
    bad = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    code, text, status = refusal(sfn.create_state_machine, name="bad", definition=bad, roleArn=role)
    assert (code, status) == ("InvalidDefinition", 400)
    assert text == (
        "Invalid State Machine Definition: "
        "'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next'"
    )
    none = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:none"
    assert refusal(sfn.describe_state_machine, stateMachineArn=none)[:2] == (
        "StateMachineDoesNotExist",
        f"State Machine Does Not Exist: '{none}'",
    )


def test_the_command_line_lists_machines(gateway, sfn, role):
    make(sfn, role, {"A": {"Type": "Succeed"}}, name="listed")
    command = ["aws", "stepfunctions", "list-state-machines", "--query", "stateMachines[].name", "--output", "text"]
    done = subprocess.run(command, env=gateway.env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["listed"]
