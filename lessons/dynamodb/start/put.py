"""Keeps one reading: python3 put.py STATION TAKEN CELSIUS

For example: python3 put.py north 2026-07-01T12:00 21.5
"""

import sys
from decimal import Decimal

import boto3

station, taken, celsius = sys.argv[1:]
table = boto3.resource("dynamodb").Table("readings")

item = {
    "station": station,
    "taken": taken,
    "on_day": taken[:10],
    # Your turn: the temperature, under the name `celsius`.
}
# Your turn: put the item into the table.
print("not kept:", item)
