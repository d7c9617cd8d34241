import boto3

s3 = boto3.client("s3")
s3.create_bucket(
    Bucket="state-of-the-team", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"}
)
s3.put_bucket_versioning(Bucket="state-of-the-team", VersioningConfiguration={"Status": "Enabled"})
