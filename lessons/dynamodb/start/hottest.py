"""The hottest reading of a day: python3 hottest.py DAY"""

import sys

import boto3
from boto3.dynamodb.conditions import Key

day = sys.argv[1]
table = boto3.resource("dynamodb").Table("readings")

# Your turn: ask the index `by-day` for the item of `day` with the largest `celsius`.
found = []

for item in found:
    print(item["station"], item["taken"], item["celsius"])
