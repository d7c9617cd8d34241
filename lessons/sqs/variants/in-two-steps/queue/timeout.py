import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="work")
queue.set_attributes(Attributes={"VisibilityTimeout": "20"})
