"""The readings of a station in a span of time: python3 between.py STATION FROM TO"""

import sys

import boto3
from boto3.dynamodb.conditions import Key

station, start, end = sys.argv[1:]
table = boto3.resource("dynamodb").Table("readings")

answer = table.query(
    KeyConditionExpression=Key("station").eq(station) & Key("taken").between(start, end),
)
for item in answer["Items"]:
    print(item["taken"], item["celsius"])
