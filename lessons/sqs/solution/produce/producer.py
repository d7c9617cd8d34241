"""Sends each argument as one message: python3 producer.py a b c"""

import sys

import boto3

sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="work")["QueueUrl"]

for body in sys.argv[1:]:
    sqs.send_message(QueueUrl=url, MessageBody=body)
