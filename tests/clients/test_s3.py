"""S3 as boto3 and the AWS CLI use it.

Expected answers: AWS's error codes and headers as the S3 API reference names them; checksums and entity tags
computed here with Python's own libraries; texts of the AWS CLI as it prints them for any S3.
"""

import base64
import binascii
import hashlib
import io
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.handlers import validate_bucket_name
from botocore.exceptions import ClientError, WaiterError
from conftest import REGION, Project

MB = 1024 * 1024
ELSEWHERE = {"LocationConstraint": REGION}


@pytest.fixture
def s3(gateway):
    return gateway.client("s3")


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket="notes", CreateBucketConfiguration=ELSEWHERE)
    return "notes"


@pytest.fixture
def cli(gateway, tmp_path):
    """The AWS CLI in an empty folder."""
    return Project(tmp_path, gateway)


def code_of(caught):
    return caught.value.response["Error"]["Code"]


def fetch(url, method="GET", body=None, headers=None):
    """A plain HTTP client."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers or {})
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read()


def noise(size):
    """Bytes that do not repeat within a part."""
    out, seed = bytearray(), b"seed"
    while len(out) < size:
        seed = hashlib.sha512(seed).digest()
        out += seed * 1024
    return bytes(out[:size])


# Objects


def test_objects_are_put_read_described_and_deleted(s3, bucket):
    put = s3.put_object(
        Bucket=bucket, Key="a b/é.txt", Body=b"hello", ContentType="text/plain", Metadata={"who": "me"},
        CacheControl="no-store", Tagging="k=v&l=w",
    )
    assert put["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
    found = s3.get_object(Bucket=bucket, Key="a b/é.txt")
    assert found["Body"].read() == b"hello"
    assert (found["ContentType"], found["Metadata"], found["CacheControl"], found["TagCount"]) == (
        "text/plain", {"who": "me"}, "no-store", 2,
    )
    assert s3.head_object(Bucket=bucket, Key="a b/é.txt")["ContentLength"] == 5
    tags = s3.get_object_tagging(Bucket=bucket, Key="a b/é.txt")["TagSet"]
    assert tags == [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": "w"}]
    s3.delete_object(Bucket=bucket, Key="a b/é.txt")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="a b/é.txt")
    with pytest.raises(ClientError) as caught:
        s3.head_object(Bucket=bucket, Key="a b/é.txt")
    assert code_of(caught) == "404"


def test_ranges_and_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert s3.get_object(Bucket=bucket, Key="k", Range="bytes=-3")["Body"].read() == b"789"
    for conditions, code in [
        ({"Range": "bytes=10-"}, "InvalidRange"),
        ({"IfMatch": '"other"'}, "PreconditionFailed"),
        ({"IfNoneMatch": etag}, "304"),
    ]:
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="k", **conditions)
        assert code_of(caught) == code
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="k", Body=b"", IfNoneMatch="*")
    assert code_of(caught) == "PreconditionFailed"
    s3.put_object(Bucket=bucket, Key="k", Body=b"new", IfMatch=etag)
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="k", Body=b"newer", IfMatch=etag)
    assert code_of(caught) == "PreconditionFailed"
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"new"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_of_the_clients_choice(s3, bucket, algorithm):
    body = b"checked"
    digests = {
        "CRC32": binascii.crc32(body).to_bytes(4, "big"),
        "SHA1": hashlib.sha1(body).digest(),
        "SHA256": hashlib.sha256(body).digest(),
    }
    # A stream makes the client send its checksum as a trailer of signed chunks.
    s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(body), ChecksumAlgorithm=algorithm)
    found = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    expected = base64.b64encode(digests[algorithm]).decode()
    assert found[f"Checksum{algorithm}"] == expected
    attributes = s3.get_object_attributes(
        Bucket=bucket, Key="k", ObjectAttributes=["ETag", "Checksum", "ObjectSize", "StorageClass"]
    )
    assert attributes["Checksum"][f"Checksum{algorithm}"] == expected
    assert attributes["ObjectSize"] == 7
    with pytest.raises(ClientError) as caught:
        wrong = base64.b64encode(hashlib.sha256(b"else").digest()).decode()
        s3.put_object(Bucket=bucket, Key="k", Body=body, ChecksumSHA256=wrong)
    assert code_of(caught) == "BadDigest"


def test_copies_keep_or_replace_what_describes_them(s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x", Metadata={"m": "1"}, Tagging="t=1", ContentType="text/css")
    source = {"Bucket": bucket, "Key": "a"}
    s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    copied = s3.head_object(Bucket=bucket, Key="b")
    assert (copied["Metadata"], copied["ContentType"]) == ({"m": "1"}, "text/css")
    s3.copy_object(
        Bucket=bucket, Key="c", CopySource=source, MetadataDirective="REPLACE", Metadata={"n": "2"},
        TaggingDirective="REPLACE", Tagging="u=2", StorageClass="STANDARD_IA",
    )
    copied = s3.head_object(Bucket=bucket, Key="c")
    assert (copied["Metadata"], copied["StorageClass"]) == ({"n": "2"}, "STANDARD_IA")
    assert s3.get_object_tagging(Bucket=bucket, Key="c")["TagSet"] == [{"Key": "u", "Value": "2"}]
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="a", CopySource=source)
    assert code_of(caught) == "InvalidRequest"
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="d", CopySource={"Bucket": bucket, "Key": "none"})
    assert code_of(caught) == "NoSuchKey"


# Transfers


def test_large_files_travel_in_parts(s3, bucket, tmp_path):
    config = TransferConfig(multipart_threshold=5 * MB, multipart_chunksize=5 * MB)
    content = noise(11 * MB + 17)
    (tmp_path / "up").write_bytes(content)
    seen = []
    s3.upload_file(
        str(tmp_path / "up"), bucket, "big", Config=config, Callback=seen.append,
        ExtraArgs={"ContentType": "application/x-noise", "Metadata": {"m": "1"}},
    )
    assert sum(seen) == len(content)
    parts = [content[at : at + 5 * MB] for at in range(0, len(content), 5 * MB)]
    whole = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    head = s3.head_object(Bucket=bucket, Key="big", PartNumber=1)
    assert (head["ETag"], head["PartsCount"], head["ContentLength"]) == (f'"{whole}-3"', 3, 5 * MB)
    s3.download_file(bucket, "big", str(tmp_path / "down"), Config=config)
    assert (tmp_path / "down").read_bytes() == content
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
    assert s3.head_object(Bucket=bucket, Key="copy")["ETag"] == f'"{whole}-3"'
    buffer = io.BytesIO()
    s3.download_fileobj(bucket, "copy", buffer)
    assert buffer.getvalue() == content
    assert s3.get_object(Bucket=bucket, Key="big", PartNumber=3)["Body"].read() == parts[2]


def test_uploads_in_parts_by_hand(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256")["UploadId"]
    part = dict(Bucket=bucket, Key="k", UploadId=upload)
    big, small = noise(5 * MB), b"tail"
    one = s3.upload_part(PartNumber=1, Body=big, ChecksumAlgorithm="SHA256", **part)
    two = s3.upload_part(PartNumber=2, Body=small, ChecksumAlgorithm="SHA256", **part)
    assert [found["Size"] for found in s3.list_parts(**part)["Parts"]] == [5 * MB, 4]
    assert [found["Key"] for found in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["k"]
    listed = [
        {"PartNumber": number, "ETag": done["ETag"], "ChecksumSHA256": done["ChecksumSHA256"]}
        for number, done in [(1, one), (2, two)]
    ]
    for parts, code in [
        (listed[::-1], "InvalidPartOrder"),
        ([dict(listed[0], ETag='"none"')], "InvalidPart"),
        ([dict(listed[0], PartNumber=2)], "InvalidPart"),
    ]:
        with pytest.raises(ClientError) as caught:
            s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **part)
        assert code_of(caught) == code
    done = s3.complete_multipart_upload(MultipartUpload={"Parts": listed}, **part)
    digests = hashlib.sha256(big).digest() + hashlib.sha256(small).digest()
    composite = base64.b64encode(hashlib.sha256(digests).digest()).decode()
    assert done["ChecksumSHA256"] == f"{composite}-2"
    with pytest.raises(s3.exceptions.NoSuchUpload):
        s3.list_parts(**part)
    small_upload = s3.create_multipart_upload(Bucket=bucket, Key="s")["UploadId"]
    part = dict(Bucket=bucket, Key="s", UploadId=small_upload)
    made = [{"PartNumber": n, "ETag": s3.upload_part(PartNumber=n, Body=b"x", **part)["ETag"]} for n in (1, 2)]
    with pytest.raises(ClientError) as caught:
        s3.complete_multipart_upload(MultipartUpload={"Parts": made}, **part)
    assert code_of(caught) == "EntityTooSmall"
    s3.abort_multipart_upload(**part)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


# Listings


def test_pages_of_any_size_list_the_same(s3, bucket):
    keys = sorted([f"d{i % 3}/f{i:03}" for i in range(25)] + ["top", "+plus", "ü"], key=str.encode)
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    for name in ("list_objects_v2", "list_objects"):
        for size in (1, 3, 7, 1000):
            pages = s3.get_paginator(name).paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
            assert [found["Key"] for page in pages for found in page.get("Contents", [])] == keys
            pages = s3.get_paginator(name).paginate(
                Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size}
            )
            prefixes = pages.search("CommonPrefixes[].Prefix")
            assert [prefix for prefix in prefixes if prefix] == ["d0/", "d1/", "d2/"]
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="d2/f020", FetchOwner=True)
    assert [found["Key"] for found in after["Contents"]] == ["d2/f023", "top", "ü"]
    assert len(after["Contents"][0]["Owner"]["ID"]) == 64


def test_versions_and_delete_markers(gateway, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket=bucket, Key="k", Body=f"{i}".encode())["VersionId"] for i in range(3)]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"]
    with pytest.raises(s3.exceptions.NoSuchKey) as caught:
        s3.get_object(Bucket=bucket, Key="k")
    assert caught.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    listed = [
        found["VersionId"]
        for page in s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 2}
        )
        for found in page.get("Versions", [])
    ]
    assert listed == [*ids[::-1], "null"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"before"
    resource = boto3.resource(
        "s3", endpoint_url=gateway.url, region_name=REGION, aws_access_key_id=gateway.key_id,
        aws_secret_access_key=gateway.secret,
    )
    with pytest.raises(ClientError) as caught:
        resource.Bucket(bucket).delete()
    assert code_of(caught) == "BucketNotEmpty"
    resource.Bucket(bucket).object_versions.delete()
    resource.Bucket(bucket).delete()
    assert [found.name for found in resource.buckets.all()] == []


def test_many_objects_are_deleted_at_once(s3, bucket):
    for i in range(5):
        s3.put_object(Bucket=bucket, Key=f"{i}", Body=b"")
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": f"{i}"} for i in range(6)]})
    assert sorted(found["Key"] for found in deleted["Deleted"]) == [f"{i}" for i in range(6)]
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


# Buckets


def test_regions_of_buckets(gateway, s3, bucket):
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION
    other = gateway.client("s3", region_name="eu-west-1")
    with pytest.raises(ClientError) as caught:
        other.create_bucket(Bucket="elsewhere", CreateBucketConfiguration=ELSEWHERE)
    assert code_of(caught) == "IllegalLocationConstraintException"
    with pytest.raises(ClientError) as caught:
        s3.create_bucket(Bucket="elsewhere")
    assert code_of(caught) == "IllegalLocationConstraintException"
    with pytest.raises(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=ELSEWHERE)
    # The client learns the right region from the answer and asks again.
    assert other.head_bucket(Bucket=bucket)["BucketRegion"] == REGION
    assert other.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert [found["Name"] for found in s3.list_buckets()["Buckets"]] == [bucket]
    # Names that the client itself would refuse.
    unchecked = gateway.client("s3", config=Config(parameter_validation=False, s3={"addressing_style": "path"}))
    unchecked.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)
    for name in ("ab", "Upper", "a..b", "192.168.5.4"):
        with pytest.raises(ClientError) as caught:
            unchecked.create_bucket(Bucket=name, CreateBucketConfiguration=ELSEWHERE)
        assert code_of(caught) == "InvalidBucketName"


def test_waiters(s3, bucket):
    s3.get_waiter("bucket_exists").wait(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="k")
    s3.get_waiter("object_not_exists").wait(Bucket=bucket, Key="none")
    with pytest.raises(WaiterError):
        s3.get_waiter("object_exists").wait(
            Bucket=bucket, Key="none", WaiterConfig={"Delay": 0, "MaxAttempts": 2}
        )


# Presigned addresses


def test_presigned_addresses(s3, bucket):
    put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "up", "ContentType": "text/x"})
    assert fetch(put, "PUT", b"by link", {"Content-Type": "text/x"})[0] == 200
    get = s3.generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": "up", "ResponseContentType": "text/y"}, ExpiresIn=60
    )
    status, headers, body = fetch(get)
    assert (status, headers["Content-Type"], body) == (200, "text/y", b"by link")
    status, _, body = fetch(get.replace("up?", "down?"))
    assert status == 403 and b"SignatureDoesNotMatch" in body
    short = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "up"}, ExpiresIn=1)
    time.sleep(2.1)
    status, _, body = fetch(short)
    assert status == 403 and b"AccessDenied" in body and b"Request has expired" in body


# Notifications

HANDLER = """
import json, urllib.parse, boto3
def handler(event, context):
    s3 = boto3.client("s3")
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        s3.put_object(Bucket=bucket, Key="out/" + key[3:], Body=json.dumps(record))
"""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
MAY_PUT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::notes/*"}],
}


def test_a_function_is_told_of_new_objects(gateway, s3, bucket):
    iam, functions = gateway.client("iam"), gateway.client("lambda")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=json.dumps(MAY_PUT))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", HANDLER)
    arn = functions.create_function(
        FunctionName="thumb", Role=role, Runtime="python3.13", Handler="main.handler", Timeout=30,
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName="thumb")
    configuration = {"LambdaFunctionConfigurations": [{
        "Id": "thumbs", "LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    }]}
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    assert caught.value.response["Error"]["Message"] == (
        "Unable to validate the following destination configurations"
    )
    functions.add_permission(
        FunctionName="thumb", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::notes",
    )
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    read = s3.get_bucket_notification_configuration(Bucket=bucket)["LambdaFunctionConfigurations"]
    assert read == configuration["LambdaFunctionConfigurations"]
    etag = s3.put_object(Bucket=bucket, Key="in/red flower.jpg", Body=b"jpeg")["ETag"].strip('"')
    s3.get_waiter("object_exists").wait(
        Bucket=bucket, Key="out/red flower.jpg", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    record = json.load(s3.get_object(Bucket=bucket, Key="out/red flower.jpg")["Body"])
    assert (record["eventVersion"], record["eventSource"], record["eventName"]) == (
        "2.1", "aws:s3", "ObjectCreated:Put",
    )
    assert record["awsRegion"] == REGION
    told = record["s3"]
    assert (told["configurationId"], told["bucket"]["name"], told["bucket"]["arn"]) == (
        "thumbs", bucket, "arn:aws:s3:::notes",
    )
    assert told["object"]["key"] == "in/red+flower.jpg"
    assert (told["object"]["size"], told["object"]["eTag"]) == (4, etag)
    assert int(told["object"]["sequencer"], 16) > 0


# The AWS CLI


def test_cli_moves_files(cli, s3):
    aws = cli.aws
    assert aws("s3", "mb", "s3://notes").stdout == "make_bucket: notes\n"
    (cli.folder / "site/sub").mkdir(parents=True)
    (cli.folder / "site/index.html").write_text("<p>hi</p>")
    (cli.folder / "site/sub/a.css").write_text("p {}")
    done = aws("s3", "cp", "site/index.html", "s3://notes/", "--no-progress")
    assert done.stdout == "upload: site/index.html to s3://notes/index.html\n"
    assert s3.head_object(Bucket="notes", Key="index.html")["ContentType"] == "text/html"
    done = aws("s3", "sync", "site", "s3://notes/web", "--no-progress")
    assert sorted(done.stdout.splitlines()) == [
        "upload: site/index.html to s3://notes/web/index.html",
        "upload: site/sub/a.css to s3://notes/web/sub/a.css",
    ]
    assert aws("s3", "sync", "site", "s3://notes/web", "--no-progress").stdout == ""
    lines = aws("s3", "ls", "s3://notes").stdout.splitlines()
    assert lines[0].split() == ["PRE", "web/"] and lines[1].split()[2:] == ["9", "index.html"]
    listing = aws("s3", "ls", "s3://notes", "--recursive", "--summarize").stdout
    assert "Total Objects: 3" in listing and "Total Size: 22" in listing
    aws("s3", "cp", "s3://notes/web", "down", "--recursive", "--no-progress")
    assert (cli.folder / "down/sub/a.css").read_text() == "p {}"
    done = aws("s3", "mv", "s3://notes/index.html", "s3://notes/home.html", "--no-progress")
    assert done.stdout == "move: s3://notes/index.html to s3://notes/home.html\n"
    (cli.folder / "site/index.html").unlink()
    done = aws("s3", "sync", "site", "s3://notes/web", "--delete", "--no-progress")
    assert done.stdout == "delete: s3://notes/web/index.html\n"
    assert aws("s3", "cp", "s3://notes/home.html", "-").stdout == "<p>hi</p>"
    url = aws("s3", "presign", "s3://notes/home.html", "--expires-in", "60").stdout.strip()
    assert fetch(url)[2] == b"<p>hi</p>"
    refused = aws("s3", "rb", "s3://notes", check=False)
    assert refused.returncode == 1 and "BucketNotEmpty" in refused.stderr
    done = aws("s3", "rm", "s3://notes/home.html")
    assert done.stdout == "delete: s3://notes/home.html\n"
    assert aws("s3", "rb", "s3://notes", "--force").stdout.endswith("remove_bucket: notes\n")
    assert aws("s3", "ls").stdout == ""


def test_cli_travels_in_parts(cli, s3, bucket):
    content = noise(17 * MB)
    (cli.folder / "big").write_bytes(content)
    cli.aws("s3", "cp", "big", "s3://notes/big", "--no-progress")
    assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-3"')
    cli.aws("s3", "cp", "s3://notes/big", "back", "--no-progress")
    assert (cli.folder / "back").read_bytes() == content


def test_cli_calls_operations(cli, s3, bucket):
    def api(*words, **more):
        done = cli.aws("s3api", *words, **more)
        return json.loads(done.stdout) if done.stdout else None

    api("put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled")
    (cli.folder / "f").write_text("x")
    put = api("put-object", "--bucket", bucket, "--key", "k", "--body", "f", "--tagging", "a=b")
    assert put["VersionId"] != "null" and put["ChecksumType"] == "FULL_OBJECT"
    assert api("list-object-versions", "--bucket", bucket)["Versions"][0]["IsLatest"] is True
    got = api("get-object", "--bucket", bucket, "--key", "k", "out")
    assert got["ContentLength"] == 1 and (cli.folder / "out").read_text() == "x"
    rules = {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "log/"}, "Expiration": {"Days": 3}}]}
    api("put-bucket-lifecycle-configuration", "--bucket", bucket, "--lifecycle-configuration", json.dumps(rules))
    assert api("get-bucket-lifecycle-configuration", "--bucket", bucket)["Rules"] == rules["Rules"]
    api("put-object", "--bucket", bucket, "--key", "log/1", "--body", "f")
    head = api("head-object", "--bucket", bucket, "--key", "log/1")
    assert head["Expiration"].startswith('expiry-date="') and head["Expiration"].endswith('rule-id="old"')
    assert api("get-public-access-block", "--bucket", bucket)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    api("put-bucket-tagging", "--bucket", bucket, "--tagging", "TagSet=[{Key=a,Value=b}]")
    assert api("get-bucket-tagging", "--bucket", bucket)["TagSet"] == [{"Key": "a", "Value": "b"}]
    missing = cli.aws("s3api", "get-bucket-policy", "--bucket", bucket, check=False)
    assert missing.returncode != 0 and "NoSuchBucketPolicy" in missing.stderr
