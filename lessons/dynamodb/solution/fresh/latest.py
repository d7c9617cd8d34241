"""The latest reading of a station: python3 latest.py STATION"""

import sys

import boto3
from boto3.dynamodb.conditions import Key

station = sys.argv[1]
table = boto3.resource("dynamodb").Table("readings")

answer = table.query(
    KeyConditionExpression=Key("station").eq(station),
    ScanIndexForward=False,
    Limit=1,
    ConsistentRead=True,
)
for item in answer["Items"]:
    print(item["taken"], item["celsius"])
