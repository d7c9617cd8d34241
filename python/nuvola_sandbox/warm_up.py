"""Imports that the memory snapshot holds. No JavaScript object may be held here: snapshots refuse them."""


def boto3():
    import boto3.session
    import botocore.auth
    import botocore.client
    import botocore.httpsession
    import botocore.parsers
    import botocore.retries.adaptive
    import botocore.retries.standard
    import s3transfer.manager


def awscli():
    boto3()
    import awscli.clidriver
    import awscli.handlers
