"""Gives the queue `work` a queue for its dead letters."""

import json

import boto3

sqs = boto3.client("sqs")
dead_url = sqs.create_queue(QueueName="work-dead")["QueueUrl"]
dead = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
url = sqs.get_queue_url(QueueName="work")["QueueUrl"]
policy = {"deadLetterTargetArn": dead, "maxReceiveCount": 2}
sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)})
