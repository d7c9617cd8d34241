import boto3

dynamodb = boto3.resource("dynamodb")
table = dynamodb.create_table(
    TableName="readings",
    AttributeDefinitions=[
        {"AttributeName": "taken", "AttributeType": "S"},
        {"AttributeName": "station", "AttributeType": "S"},
    ],
    KeySchema=[
        {"AttributeName": "station", "KeyType": "HASH"},
        {"AttributeName": "taken", "KeyType": "RANGE"},
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
