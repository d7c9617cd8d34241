"""Reads the notes as the role `reader`, which the file `config` names."""

import boto3

s3 = boto3.Session(profile_name="reader").client("s3")
print(s3.get_object(Bucket="notes-of-ada-2026", Key="notes.txt")["Body"].read().decode())
