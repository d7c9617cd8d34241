"""SQS as boto3 and the AWS CLI meet it, in both protocols, with receives that really wait.

Expected answers: the SQS API Reference and Developer Guide (quotas, digests, error codes); error texts as
recorded from the service in public test suites. boto3 checks the MD5 digests of each message by itself.
"""

import hashlib
import http.client
import json
import threading
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from conftest import REGION, Project

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


@pytest.fixture
def sqs(gateway):
    return gateway.client("sqs")


def make(sqs, name="jobs", **attributes):
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def receive(sqs, url, **more):
    return sqs.receive_message(QueueUrl=url, **more).get("Messages", [])


def counts(sqs, url):
    names = ("", "NotVisible", "Delayed")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return tuple(int(found[f"ApproximateNumberOfMessages{name}"]) for name in names)


def test_a_message_goes_its_way(sqs, gateway):
    url = make(sqs)
    assert url == f"{gateway.url}/123456789012/jobs"
    sent = sqs.send_message(QueueUrl=url, MessageBody="scale cat.jpg")
    assert sent["MD5OfMessageBody"] == hashlib.md5(b"scale cat.jpg").hexdigest()
    (message,) = receive(sqs, url, AttributeNames=["All"])
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "scale cat.jpg")
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["SenderId"] == "123456789012"
    assert receive(sqs, url) == [] and counts(sqs, url) == (0, 1, 0)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, url) == (0, 0, 0)


def test_attributes_of_messages_are_digested_and_chosen(sqs):
    url = make(sqs)
    attributes = {
        "Photo.Size": {"DataType": "Number", "StringValue": "1024"},
        "Photo.Name": {"DataType": "String", "StringValue": "chatte à lunettes"},
        "Thumb": {"DataType": "Binary.png", "BinaryValue": b"\x89PNG\x00"},
    }
    header = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="x", MessageAttributes=attributes, MessageSystemAttributes=header
    )
    assert sent["MD5OfMessageAttributes"] and sent["MD5OfMessageSystemAttributes"]
    (message,) = receive(
        sqs, url, VisibilityTimeout=0, MessageAttributeNames=["All"], MessageSystemAttributeNames=["AWSTraceHeader"]
    )
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"] == {"AWSTraceHeader": header["AWSTraceHeader"]["StringValue"]}
    (message,) = receive(sqs, url, VisibilityTimeout=0, MessageAttributeNames=["Photo.*"])
    assert set(message["MessageAttributes"]) == {"Photo.Size", "Photo.Name"}


def test_a_long_poll_wakes_up_when_another_sends(sqs, gateway):
    url = make(sqs)
    later = threading.Timer(0.7, lambda: gateway.client("sqs").send_message(QueueUrl=url, MessageBody="wake up"))
    began = time.monotonic()
    later.start()
    (message,) = receive(sqs, url, WaitTimeSeconds=10)
    took = time.monotonic() - began
    assert message["Body"] == "wake up" and 0.6 < took < 5, took


def test_a_long_poll_wakes_up_when_a_message_comes_back(sqs):
    url = make(sqs, VisibilityTimeout="1")
    sqs.send_message(QueueUrl=url, MessageBody="again")
    assert receive(sqs, url)
    began = time.monotonic()
    assert receive(sqs, url, WaitTimeSeconds=10)[0]["Body"] == "again"
    assert 0.5 < time.monotonic() - began < 5


def test_a_long_poll_ends_empty_when_the_time_is_over(sqs):
    url = make(sqs, ReceiveMessageWaitTimeSeconds="1")
    began = time.monotonic()
    assert receive(sqs, url) == []
    assert 0.9 < time.monotonic() - began < 5


def test_a_client_that_goes_away_takes_no_message_with_it(sqs, gateway):
    url = make(sqs)
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20})
    headers = {"X-Amz-Target": "AmazonSQS.ReceiveMessage", "Content-Type": "application/x-amz-json-1.0"}
    request = signed(gateway, "POST", gateway.url + "/", body, headers)
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port)
    connection.request("POST", "/", body=body, headers=dict(request.headers))
    time.sleep(0.5)
    connection.close()
    time.sleep(0.5)
    sqs.send_message(QueueUrl=url, MessageBody="for the living")
    assert [message["Body"] for message in receive(sqs, url)] == ["for the living"]


def test_batches_succeed_and_fail_entry_by_entry(sqs):
    url = make(sqs)
    entries = [{"Id": str(index), "MessageBody": f"message {index}"} for index in range(9)]
    entries.append({"Id": "bad", "MessageBody": "x", "DelaySeconds": 901})
    answer = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert len(answer["Successful"]) == 9
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"], failed["Code"]) == ("bad", True, "InvalidParameterValue")
    messages = receive(sqs, url, MaxNumberOfMessages=10)
    assert [message["Body"] for message in messages] == [f"message {index}" for index in range(9)]
    entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
    changes = [entry | {"VisibilityTimeout": 60} for entry in entries]
    assert len(sqs.change_message_visibility_batch(QueueUrl=url, Entries=changes)["Successful"]) == 9
    entries[0]["ReceiptHandle"] = "nonsense"
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Code"] for entry in answer["Failed"]] == ["ReceiptHandleIsInvalid"]
    assert counts(sqs, url) == (0, 1, 0)


def test_fifo_keeps_the_order_of_each_group_and_drops_duplicates(sqs):
    url = make(sqs, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("a1", "a")):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group)
    (first,) = receive(sqs, url, AttributeNames=["All"])
    assert first["Body"] == "a1" and len(first["Attributes"]["SequenceNumber"]) == 20
    # Group a is locked while a1 is in flight.
    assert [message["Body"] for message in receive(sqs, url, MaxNumberOfMessages=10)] == ["b1"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert [message["Body"] for message in receive(sqs, url, MaxNumberOfMessages=10)] == ["a2"]
    code, text, _ = refusal(sqs.send_message, QueueUrl=url, MessageBody="x")
    assert (code, text) == ("MissingParameter", "The request must contain the parameter MessageGroupId.")


def test_what_fails_too_often_goes_to_the_dead_letter_queue_and_back(sqs):
    dead = make(sqs, "dead")
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = make(sqs, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2}))
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        assert len(receive(sqs, url, VisibilityTimeout=0)) == 1
    assert receive(sqs, url) == []
    (letter,) = receive(sqs, dead, AttributeNames=["All"], VisibilityTimeout=0)
    assert letter["Attributes"]["DeadLetterQueueSourceArn"].endswith(":jobs")
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    sqs.start_message_move_task(SourceArn=dead_arn)
    assert receive(sqs, url, WaitTimeSeconds=5)[0]["Body"] == "poison"
    (task,) = sqs.list_message_move_tasks(SourceArn=dead_arn)["Results"]
    assert task["ApproximateNumberOfMessagesMoved"] == 1


def test_errors_are_those_of_the_service(sqs, gateway):
    url = make(sqs)
    missing = url.replace("jobs", "nothing")
    assert refusal(sqs.send_message, QueueUrl=missing, MessageBody="x") == (
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
        400,
    )
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="nothing")
    assert refusal(sqs.delete_message, QueueUrl=url, ReceiptHandle="x") == (
        "ReceiptHandleIsInvalid",
        'The input receipt handle "x" is not a valid receipt handle.',
        404,
    )
    assert refusal(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)[:2] == (
        "InvalidParameterValue",
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    )
    assert refusal(sqs.create_queue, QueueName="jobs", Attributes={"DelaySeconds": "1"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
        400,
    )
    sqs.purge_queue(QueueUrl=url)
    assert refusal(sqs.purge_queue, QueueUrl=url) == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "Only one PurgeQueue operation on jobs is allowed every 60 seconds.",
        403,
    )
    sqs.delete_queue(QueueUrl=url)
    assert refusal(sqs.create_queue, QueueName="jobs")[0] == "AWS.SimpleQueueService.QueueDeletedRecently"
    stranger = gateway.client("sqs", aws_access_key_id="AKIANVLAAAAAAAAAAAAA", aws_secret_access_key="x")
    assert refusal(stranger.list_queues) == (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
    )


def test_a_user_needs_permission_or_the_queue_s_policy(sqs, gateway):
    url = make(sqs)
    iam = gateway.client("iam")
    user = iam.create_user(UserName="worker")["User"]["Arn"]
    key = iam.create_access_key(UserName="worker")["AccessKey"]
    worker = gateway.client(
        "sqs", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    code, text, status = refusal(worker.receive_message, QueueUrl=url)
    assert (code, status) == ("AccessDenied", 403)
    arn = f"arn:aws:sqs:{REGION}:123456789012:jobs"
    assert text == (
        f"User: {user} is not authorized to perform: sqs:receivemessage on resource: {arn} because no "
        "identity-based policy allows the sqs:receivemessage action"
    )
    statement = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "sqs:ReceiveMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    assert receive(worker, url) == []


def signed(gateway, method, url, body="", headers=None):
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    SigV4Auth(Credentials(gateway.key_id, gateway.secret), "sqs", REGION).add_auth(request)
    return request.prepare()


def ask_by_form(gateway, url, **fields):
    """The query protocol, as the SDKs of before 2023 spoke it."""
    body = urllib.parse.urlencode({"Version": "2012-11-05"} | fields)
    request = signed(gateway, "POST", url, body, {"Content-Type": "application/x-www-form-urlencoded"})
    sent = urllib.request.Request(url, body.encode(), dict(request.headers), method="POST")
    try:
        answer = urllib.request.urlopen(sent)
    except urllib.error.HTTPError as error:
        answer = error
    assert answer.headers["Content-Type"] == "text/xml"
    return answer.status, ElementTree.fromstring(answer.read())


def text_of(root, path):
    return root.findtext("/".join(NAMESPACE + part for part in path.split("/")))


def test_the_query_protocol_is_spoken_too(sqs, gateway):
    fields = {"QueueName": "old", "Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "5"}
    status, root = ask_by_form(gateway, gateway.url + "/", Action="CreateQueue", **fields, **{"Tag.1.Key": "a", "Tag.1.Value": "b"})
    url = text_of(root, "CreateQueueResult/QueueUrl")
    assert status == 200 and url == f"{gateway.url}/123456789012/old"
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}
    # At the queue's own address the queue need not be named again.
    attribute = {
        "MessageAttribute.1.Name": "n",
        "MessageAttribute.1.Value.DataType": "Number",
        "MessageAttribute.1.Value.StringValue": "7",
    }
    status, root = ask_by_form(gateway, url, Action="SendMessage", MessageBody="by form", **attribute)
    digest = text_of(root, "SendMessageResult/MD5OfMessageBody")
    assert (status, digest) == (200, hashlib.md5(b"by form").hexdigest())
    status, root = ask_by_form(
        gateway, url, Action="ReceiveMessage", WaitTimeSeconds="1",
        **{"AttributeName.1": "All", "MessageAttributeName.1": "All", "VisibilityTimeout": "0"},
    )
    message = root.find(f"{NAMESPACE}ReceiveMessageResult/{NAMESPACE}Message")
    assert text_of(message, "Body") == "by form"
    assert text_of(message, "MessageAttribute/Value/StringValue") == "7"
    names = [text_of(one, "Name") for one in message.findall(f"{NAMESPACE}Attribute")]
    assert "SentTimestamp" in names
    # And what came by form is there in JSON.
    (message,) = receive(sqs, url, MessageAttributeNames=["n"], VisibilityTimeout=0)
    assert message["MessageAttributes"]["n"]["StringValue"] == "7"


def test_the_query_protocol_waits_too(sqs, gateway):
    url = make(sqs)
    threading.Timer(0.5, lambda: sqs.send_message(QueueUrl=url, MessageBody="late")).start()
    _, root = ask_by_form(gateway, url, Action="ReceiveMessage", WaitTimeSeconds="10")
    assert text_of(root, "ReceiveMessageResult/Message/Body") == "late"


def test_errors_of_the_query_protocol(gateway):
    status, root = ask_by_form(gateway, gateway.url + "/123456789012/nothing", Action="PurgeQueue")
    assert (status, text_of(root, "Error/Code")) == (400, "AWS.SimpleQueueService.NonExistentQueue")
    assert text_of(root, "Error/Message") == "The specified queue does not exist for this wsdl version."
    assert text_of(root, "Error/Type") == "Sender" and text_of(root, "Error/Detail") == ""
    status, root = ask_by_form(gateway, gateway.url + "/", Action="SendMessage", QueueUrl="x")
    assert (status, text_of(root, "Error/Code")) == (400, "MissingParameter")


def test_the_command_line(sqs, gateway, tmp_path):
    project = Project(tmp_path, gateway)
    # Version 1 of the CLI asks at REGION.queue.amazonaws.com, whatever the environment says.
    sqs_of = lambda *arguments, **more: project.aws("--endpoint-url", gateway.url, "sqs", *arguments, **more)
    url = sqs_of("create-queue", "--queue-name", "cli", "--query", "QueueUrl", "--output", "text")
    url = url.stdout.strip()
    sqs_of("send-message", "--queue-url", url, "--message-body", "hello")
    got = sqs_of("receive-message", "--queue-url", url, "--query", "Messages[0].Body", "--output", "text")
    assert got.stdout.strip() == "hello"
    done = sqs_of("get-queue-url", "--queue-name", "none", check=False)
    assert done.returncode != 0 and "AWS.SimpleQueueService.NonExistentQueue" in done.stderr
