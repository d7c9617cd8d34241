"""Puts notes.txt into a bucket: python3 upload.py [PROFILE]"""

import sys

import boto3

BUCKET = "CHANGE-ME"

profile = sys.argv[1] if len(sys.argv) > 1 else None
s3 = boto3.Session(profile_name=profile).client("s3")

# Your turn: put the file notes.txt into the bucket, under the key notes.txt.
