"""The readings of a station in a span of time: python3 between.py STATION FROM TO"""

import sys

import boto3
from boto3.dynamodb.conditions import Key

station, start, end = sys.argv[1:]
table = boto3.resource("dynamodb").Table("readings")

# Your turn: ask for the readings of `station` that were taken between `start` and `end`.
found = []

for item in found:
    print(item["taken"], item["celsius"])
