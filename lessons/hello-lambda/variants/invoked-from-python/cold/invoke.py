import boto3

client = boto3.client("lambda")
for _ in range(2):
    print(client.invoke(FunctionName="hello", Payload=b"{}")["Payload"].read().decode())
