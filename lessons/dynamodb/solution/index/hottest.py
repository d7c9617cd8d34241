"""The hottest reading of a day: python3 hottest.py DAY"""

import sys

import boto3
from boto3.dynamodb.conditions import Key

day = sys.argv[1]
table = boto3.resource("dynamodb").Table("readings")

answer = table.query(
    IndexName="by-day",
    KeyConditionExpression=Key("on_day").eq(day),
    ScanIndexForward=False,
    Limit=1,
)
for item in answer["Items"]:
    print(item["station"], item["taken"], item["celsius"])
