"""Prints who AWS thinks that you are: python3 who.py [PROFILE]"""

import sys

import boto3

profile = sys.argv[1] if len(sys.argv) > 1 else None
session = boto3.Session(profile_name=profile)
print(session.client("sts").get_caller_identity()["Arn"])
