"""Works on the queue's messages until there are none: python3 consumer.py"""

import boto3
from work import work

sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="work")["QueueUrl"]

while True:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    messages = answer.get("Messages", [])
    if not messages:
        break
    for message in messages:
        try:
            work(message["Body"])
        except ValueError as error:
            # It comes back by itself, and goes to the dead letters when it comes back too often.
            print("failed:", error)
            continue
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
