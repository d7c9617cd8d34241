"""Takes one message and dies before the work is done."""

import os

import boto3

sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="work")["QueueUrl"]

for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
    print("working on", message["Body"], "...", flush=True)
os._exit(1)
