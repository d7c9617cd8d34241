"""Reads the notes as the role `reader`: python3 read.py"""

import boto3

BUCKET = "notes-of-ada-2026"

ada = boto3.Session(profile_name="ada")
account = ada.client("sts").get_caller_identity()["Account"]
keys = ada.client("sts").assume_role(
    RoleArn=f"arn:aws:iam::{account}:role/reader", RoleSessionName="lesson"
)["Credentials"]
reader = boto3.client(
    "s3",
    aws_access_key_id=keys["AccessKeyId"],
    aws_secret_access_key=keys["SecretAccessKey"],
    aws_session_token=keys["SessionToken"],
)
print(reader.get_object(Bucket=BUCKET, Key="notes.txt")["Body"].read().decode())
