"""Functions and what sets them off, with the real boto3 and real Python handlers."""

import base64
import io
import json
import time
import zipfile

import pytest
from botocore.exceptions import ClientError

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ACCOUNT = "123456789012"


def archive(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return data.getvalue()


def until(look, seconds=20):
    """Looks again and again until there is something to see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        time.sleep(0.2)
    raise AssertionError("nothing came in time")


@pytest.fixture
def role(gateway):
    gateway.reset()
    iam = gateway.client("iam")
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(policy))
    return arn


def create(gateway, role, code, name="f", **more):
    client = gateway.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="lambda_function.lambda_handler",
        Role=role,
        Code={"ZipFile": archive({"lambda_function.py": code})},
        **more,
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return client


def received(sqs, url):
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    for message in answer.get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return answer.get("Messages", [])


def test_queue_to_function_to_queue(gateway, role):
    sqs = gateway.client("sqs")
    jobs = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    done = sqs.create_queue(QueueName="done")["QueueUrl"]
    code = f"""
import boto3
sqs = boto3.client("sqs")
def lambda_handler(event, context):
    failed = []
    for record in event["Records"]:
        if record["body"] == "bad" and record["attributes"]["ApproximateReceiveCount"] == "1":
            failed.append({{"itemIdentifier": record["messageId"]}})
            continue
        sqs.send_message(QueueUrl="{done}", MessageBody=record["body"].upper())
    return {{"batchItemFailures": failed}}
"""
    client = create(gateway, role, code)
    mapping = client.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn=f"arn:aws:sqs:eu-south-1:{ACCOUNT}:jobs",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    assert mapping["State"] == "Creating"
    until(lambda: client.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Enabled")
    sqs.set_queue_attributes(QueueUrl=jobs, Attributes={"VisibilityTimeout": "3"})
    for text in ["good", "bad", "better"]:
        sqs.send_message(QueueUrl=jobs, MessageBody=text)
    seen = []
    until(lambda: seen.extend(one["Body"] for one in received(sqs, done)) or len(seen) == 3)
    assert sorted(seen) == ["BAD", "BETTER", "GOOD"]


def test_failures_are_told(gateway, role):
    sqs = gateway.client("sqs")
    told = sqs.create_queue(QueueName="told")["QueueUrl"]
    client = create(gateway, role, "def lambda_handler(event, context):\n    raise ValueError(event['why'])\n")
    client.put_function_event_invoke_config(
        FunctionName="f",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:sqs:eu-south-1:{ACCOUNT}:told"}},
    )
    answer = client.invoke(FunctionName="f", InvocationType="Event", Payload=b'{"why": "so"}')
    assert answer["StatusCode"] == 202
    record = json.loads(until(lambda: received(sqs, told))[0]["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == {"why": "so"}
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_topics_rules_and_filters(gateway, role):
    sns, sqs, events = gateway.client("sns"), gateway.client("sqs"), gateway.client("events")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = f"arn:aws:sqs:eu-south-1:{ACCOUNT}:q"
    statements = [
        {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sqs:SendMessage", "Resource": arn}
        for name in ["sns.amazonaws.com", "events.amazonaws.com"]
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"kind": ["a"]})},
    )
    for kind in ["a", "b"]:
        attribute = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=f"of {kind}", MessageAttributes=attribute)
    message = json.loads(until(lambda: received(sqs, url))[0]["Body"])
    assert message["Type"] == "Notification" and message["Message"] == "of a"
    assert message["MessageAttributes"] == {"kind": {"Type": "String", "Value": "a"}}
    assert not received(sqs, url)
    batch = [{"Id": "1", "Message": "x"}, {"Id": "2", "Message": "y"}]
    assert len(sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=batch)["Successful"]) == 2
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["shop"]}))
    answer = events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn, "InputPath": "$.detail"}])
    assert answer["FailedEntryCount"] == 0
    entry = {"Source": "shop", "DetailType": "sold", "Detail": json.dumps({"what": "hat"})}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert json.loads(until(lambda: received(sqs, url))[0]["Body"]) == {"what": "hat"}
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.describe_rule(Name="none")
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.get_topic_attributes(TopicArn=topic + "x")


def test_layers_versions_and_throttling(gateway, role):
    client = gateway.client("lambda")
    content = archive({"python/shared.py": "def answer():\n    return 42\n"})
    layer = client.publish_layer_version(LayerName="l", Content={"ZipFile": content})
    code = "import shared\ndef lambda_handler(event, context):\n    return shared.answer()\n"
    create(gateway, role, code, Layers=[layer["LayerVersionArn"]])
    answer = client.invoke(FunctionName="f", LogType="Tail")
    assert json.loads(answer["Payload"].read()) == 42
    assert client.publish_version(FunctionName="f")["Version"] == "1"
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    until(lambda: client.get_function_configuration(FunctionName="f", Qualifier="live")["State"] == "Active")
    assert client.invoke(FunctionName="f", Qualifier="live")["ExecutedVersion"] == "1"
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refused:
        gateway.client("lambda").invoke(FunctionName="f")
    assert refused.value.response["Error"]["Code"] == "TooManyRequestsException"
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_streams_and_sizing(gateway, role):
    dynamodb, sqs = gateway.client("dynamodb"), gateway.client("sqs")
    done = sqs.create_queue(QueueName="done")["QueueUrl"]
    made = dynamodb.create_table(
        TableName="things",
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    dynamodb.get_waiter("table_exists").wait(TableName="things", WaiterConfig={"Delay": 1})
    code = f"""
import boto3, json, time
def lambda_handler(event, context):
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    if "Records" in event:
        body = json.dumps([one["dynamodb"]["Keys"] for one in event["Records"]])
        boto3.client("sqs").send_message(QueueUrl="{done}", MessageBody=body)
"""
    client = create(gateway, role, code, Timeout=30)
    mapping = client.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn=made["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )
    until(lambda: client.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Enabled")
    dynamodb.put_item(TableName="things", Item={"k": {"S": "a"}})
    assert json.loads(until(lambda: received(sqs, done))[0]["Body"]) == [{"k": {"S": "a"}}]
    # 50 ms of computing take 13.8 times as long at 128 MB.
    tail = base64.b64decode(client.invoke(FunctionName="f", LogType="Tail")["LogResult"]).decode()
    report = next(line for line in tail.splitlines() if line.startswith("REPORT"))
    duration_ms = float(report.split("\tDuration: ")[1].split(" ms")[0])
    assert duration_ms > 600, report
