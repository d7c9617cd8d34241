"""Imports that the memory snapshot holds. No JavaScript object may be held here: snapshots refuse them.

What a program does first is done here once, so that the modules that boto3 and the CLI import when they
are first used are in the snapshot too.
"""

import gc


def boto3():
    import boto3
    import botocore.httpsession
    import botocore.retries.standard
    import s3transfer.manager

    from . import start

    gc.collect()


def awscli():
    boto3()
    import awscli.clidriver

    driver = awscli.clidriver.create_clidriver()
    driver.create_help_command()
    del driver
    gc.collect()
