"""Puts notes.txt into a bucket: python3 upload.py [PROFILE]"""

import sys

import boto3

BUCKET = "notes-of-ada-2026"

profile = sys.argv[1] if len(sys.argv) > 1 else None
s3 = boto3.Session(profile_name=profile).client("s3")
s3.upload_file("notes.txt", BUCKET, "notes.txt")
