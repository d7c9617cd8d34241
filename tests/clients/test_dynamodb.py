"""DynamoDB as boto3 and the AWS CLI know it.

Expected answers: the DynamoDB Developer Guide and API Reference; texts of errors as the service answers them.
"""

import json
import time
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from conftest import REGION


@pytest.fixture
def dynamodb(gateway):
    return boto3.resource(
        "dynamodb", endpoint_url=gateway.url, region_name=REGION,
        aws_access_key_id=gateway.key_id, aws_secret_access_key=gateway.secret,
    )


def wait_for(client, name):
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


@pytest.fixture
def songs(dynamodb):
    table = dynamodb.create_table(
        TableName="songs",
        KeySchema=[
            {"AttributeName": "artist", "KeyType": "HASH"},
            {"AttributeName": "year", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "artist", "AttributeType": "S"},
            {"AttributeName": "year", "AttributeType": "N"},
            {"AttributeName": "genre", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-genre",
            "KeySchema": [
                {"AttributeName": "genre", "KeyType": "HASH"},
                {"AttributeName": "year", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    assert table.table_status == "CREATING"
    wait_for(dynamodb.meta.client, "songs")
    table.reload()
    assert table.table_status == "ACTIVE"
    return table


def test_items_go_in_and_come_out(songs):
    item = {
        "artist": "Bach", "year": 1741, "genre": "baroque", "price": Decimal("12.50"), "tags": {"a", "b"},
        "parts": [1, "two", {"three": None}], "cover": b"\x00\x01", "loud": False, "sizes": {1, 2},
    }
    songs.put_item(Item=item)
    found = songs.get_item(Key={"artist": "Bach", "year": 1741})["Item"]
    assert found == item
    assert "Item" not in songs.get_item(Key={"artist": "Bach", "year": 1})
    only = songs.get_item(Key={"artist": "Bach", "year": 1741}, ProjectionExpression="parts[2].three, price")["Item"]
    assert only == {"parts": [{"three": None}], "price": Decimal("12.5")}
    old = songs.delete_item(Key={"artist": "Bach", "year": 1741}, ReturnValues="ALL_OLD")["Attributes"]
    assert old == item


def test_updates_and_conditions(songs):
    key = {"artist": "Bach", "year": 1741}
    answer = songs.update_item(
        Key=key, UpdateExpression="SET plays = if_not_exists(plays, :zero) + :one ADD tags :tags",
        ExpressionAttributeValues={":zero": 0, ":one": 1, ":tags": {"x"}}, ReturnValues="ALL_NEW",
    )
    assert answer["Attributes"] == key | {"plays": 1, "tags": {"x"}}
    with pytest.raises(ClientError) as failed:
        songs.put_item(
            Item=key, ConditionExpression=Attr("artist").not_exists() | Attr("plays").gt(5),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert failed.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert failed.value.response["Error"]["Message"] == "The conditional request failed"
    assert failed.value.response["Item"]["plays"] == {"N": "1"}
    with pytest.raises(ClientError) as failed:
        songs.update_item(Key=key, UpdateExpression="SET year = :v", ExpressionAttributeValues={":v": 2})
    assert failed.value.response["Error"]["Message"] == (
        "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: year"
    )


def test_queries_and_pages(songs):
    with songs.batch_writer() as batch:
        for year in range(100):
            batch.put_item(Item={"artist": "Bach", "year": year, "genre": "g%d" % (year % 3)})
    found = songs.query(
        KeyConditionExpression=Key("artist").eq("Bach") & Key("year").between(9, 11), ScanIndexForward=False
    )
    assert [item["year"] for item in found["Items"]] == [11, 10, 9]
    client = songs.meta.client
    pages = list(client.get_paginator("query").paginate(
        TableName="songs", KeyConditionExpression=Key("artist").eq("Bach"), PaginationConfig={"PageSize": 7},
        FilterExpression=Attr("genre").eq("g1"),
    ))
    assert len(pages) == 15
    assert [item["year"] for page in pages for item in page["Items"]] == list(range(1, 100, 3))
    index = songs.query(IndexName="by-genre", KeyConditionExpression=Key("genre").eq("g2") & Key("year").lt(10))
    assert [item["year"] for item in index["Items"]] == [2, 5, 8]
    parts = [songs.scan(Segment=segment, TotalSegments=4)["Items"] for segment in range(4)]
    assert sorted(item["year"] for part in parts for item in part) == list(range(100))
    assert songs.scan(Select="COUNT")["Count"] == 100


def test_batches_and_transactions(songs, dynamodb):
    client = dynamodb.meta.client
    client.transact_write_items(TransactItems=[
        {"Put": {"TableName": "songs", "Item": {"artist": "A", "year": 1}}},
        {"Put": {"TableName": "songs", "Item": {"artist": "B", "year": 2}, "ConditionExpression": "attribute_not_exists(artist)"}},
    ])
    with pytest.raises(client.exceptions.TransactionCanceledException) as failed:
        client.transact_write_items(TransactItems=[
            {"Update": {
                "TableName": "songs", "Key": {"artist": "A", "year": 1}, "UpdateExpression": "SET n = :n",
                "ExpressionAttributeValues": {":n": 1},
            }},
            {"ConditionCheck": {
                "TableName": "songs", "Key": {"artist": "B", "year": 2}, "ConditionExpression": "attribute_exists(n)",
            }},
        ])
    assert str(failed.value).endswith("for specific reasons [None, ConditionalCheckFailed]")
    reasons = failed.value.response["CancellationReasons"]
    assert reasons == [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}]
    assert "n" not in songs.get_item(Key={"artist": "A", "year": 1})["Item"]
    found = client.batch_get_item(RequestItems={
        "songs": {"Keys": [{"artist": "A", "year": 1}, {"artist": "B", "year": 2}, {"artist": "C", "year": 3}]}
    })
    assert len(found["Responses"]["songs"]) == 2 and found["UnprocessedKeys"] == {}
    both = client.transact_get_items(TransactItems=[
        {"Get": {"TableName": "songs", "Key": {"artist": artist, "year": year}}} for artist, year in (("A", 1), ("Z", 1))
    ])
    assert [sorted(entry) for entry in both["Responses"]] == [["Item"], []]


def test_streams_tell_what_happened(songs, gateway):
    songs.put_item(Item={"artist": "A", "year": 1})
    songs.put_item(Item={"artist": "A", "year": 1})
    songs.update_item(Key={"artist": "A", "year": 1}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 1})
    songs.delete_item(Key={"artist": "A", "year": 1})
    streams = gateway.client("dynamodbstreams")
    arn = songs.latest_stream_arn
    assert [stream["StreamArn"] for stream in streams.list_streams(TableName="songs")["Streams"]] == [arn]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"] == {"artist": {"S": "A"}, "year": {"N": "1"}}
    assert records[1]["dynamodb"]["NewImage"]["n"] == {"N": "1"}


def test_errors_and_checksums(gateway):
    client = gateway.client("dynamodb")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as failed:
        client.describe_table(TableName="none")
    assert failed.value.response["Error"]["Message"] == "Requested resource not found: Table: none not found"
    assert failed.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-crc32"].isdigit()
    with pytest.raises(ClientError) as failed:
        client.create_table(
            TableName="t.t", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        )
    assert failed.value.response["Error"]["Message"] == (
        "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number "
        "of attributes defined in AttributeDefinitions"
    )


def test_a_table_goes(songs, dynamodb):
    songs.delete()
    dynamodb.meta.client.get_waiter("table_not_exists").wait(TableName="songs", WaiterConfig={"Delay": 1})
    assert list(dynamodb.tables.all()) == []


def test_the_aws_cli(gateway, tmp_path):
    from conftest import Project

    shell = Project(tmp_path, gateway)
    shell.aws(
        "dynamodb", "create-table", "--table-name", "cli", "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=id,AttributeType=S", "--key-schema", "AttributeName=id,KeyType=HASH",
    )
    wait_for(gateway.client("dynamodb"), "cli")
    shell.aws("dynamodb", "put-item", "--table-name", "cli", "--item", '{"id": {"S": "1"}, "n": {"N": "1.50"}}')
    found = json.loads(shell.aws("dynamodb", "scan", "--table-name", "cli").stdout)
    assert found["Items"] == [{"id": {"S": "1"}, "n": {"N": "1.5"}}] and found["Count"] == 1
    failed = shell.aws("dynamodb", "get-item", "--table-name", "cli", "--key", '{"x": {"S": "1"}}', check=False)
    assert "The provided key element does not match the schema" in failed.stderr


def test_a_page_of_a_large_partition_is_quick(dynamodb, songs):
    """A page of a large partition costs no more than one of a small partition."""
    with songs.batch_writer() as batch:
        for year in range(2000):
            batch.put_item(Item={"artist": "Big", "year": year})
    started = time.perf_counter()
    for _ in range(20):
        songs.query(KeyConditionExpression=Key("artist").eq("Big") & Key("year").gt(1990), Limit=5)
    assert time.perf_counter() - started < 5
