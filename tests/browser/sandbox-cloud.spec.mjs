// A student's program and the lab's cloud: where keys come from, boto3's transfers and resources, HTTP by hand.
import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

const run = (options) => page.evaluate((given) => lab.run(given), options);

const WHO = `
import boto3
session = boto3.session.Session(region_name="eu-south-1")
keys = session.get_credentials()
print(keys.method if keys else "none", keys and keys.access_key)
`;
const NO_KEYS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };

test("each link of the chain that gives keys holds when the one before is broken", async () => {
  // Source: Boto3 documentation, "Credentials": arguments, environment, shared file, instance metadata, in this order.
  const given = WHO.replace('region_name="eu-south-1"', 'aws_access_key_id="AKIAARGUMENT", aws_secret_access_key="x"');
  const credentials = "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = x\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x\n";
  const home = { "~/.aws/credentials": credentials };
  const answers = [
    await run({ argv: ["python", "-c", given], files: home }),
    await run({ argv: ["python", "-c", WHO], files: home }),
    await run({ argv: ["python", "-c", WHO], files: home, env: NO_KEYS }),
    await run({ argv: ["python", "-c", WHO], files: home, env: { ...NO_KEYS, AWS_PROFILE: "other" } }),
    await run({ argv: ["python", "-c", WHO], env: NO_KEYS }),
    await run({ argv: ["python", "-c", WHO], env: { ...NO_KEYS, AWS_EC2_METADATA_DISABLED: "true" } }),
  ];
  expect(answers.map(({ stdout, stderr }) => stdout + stderr)).toEqual([
    "explicit AKIAARGUMENT\n",
    "env AKIAIOSFODNN7EXAMPLE\n",
    "shared-credentials-file AKIADEFAULT\n",
    "shared-credentials-file AKIAOTHER\n",
    "iam-role ASIAIOSFODNN7EXAMPLE\n",
    "none None\n",
  ]);
});

test("aws configure keeps its files in the home folder", async () => {
  const typed = "AKIAIOSFODNN7EXAMPLE\nsecret\neu-south-1\njson\n";
  const ended = await run({ argv: ["aws", "configure"], input: typed, env: NO_KEYS });
  expect(ended.code).toBe(0);
  expect(Object.fromEntries(ended.files)).toMatchObject({
    "~/.aws/credentials": "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n",
    "~/.aws/config": "[default]\nregion = eu-south-1\noutput = json\n",
  });
});

test("transfers, resources and conditions of boto3", async () => {
  const program = `
import io
import boto3
from boto3.dynamodb.conditions import Attr, Key
s3 = boto3.client("s3")
s3.upload_file("up.txt", "pow-web", "a.txt")
s3.upload_fileobj(io.BytesIO(b"hello"), "pow-web", "a.txt")
s3.download_file("pow-web", "a.txt", "down.txt")
into = io.BytesIO()
s3.download_fileobj("pow-web", "a.txt", into)
print(open("down.txt").read(), into.getvalue())
bucket = boto3.resource("s3").Bucket("pow-web")
bucket.upload_file("up.txt", "a.txt")
print(bucket.Object("a.txt").get()["Body"].read(), [page["Buckets"][0]["Name"] for page in s3.get_paginator("list_buckets").paginate()])
s3.get_waiter("object_exists").wait(Bucket="pow-web", Key="a.txt")
table = boto3.resource("dynamodb").Table("t")
print(table.query(KeyConditionExpression=Key("a").eq("b") & Key("c").begins_with("x"), FilterExpression=Attr("z").gt(3))["Items"])
`;
  const ended = await run({ argv: ["python", "a.py"], files: { "a.py": program, "up.txt": "hello" } });
  expect([ended.stderr, ended.stdout]).toEqual([
    "",
    "hello b'hello'\nb'hello' ['pow-web']\n[{'condition': '(#n1 = :v1 AND begins_with(#n2, :v2))', 'filter': '#n0 > :v0'}]\n",
  ]);
});

test("requests and urllib reach the cloud, and nothing else", async () => {
  const program = `
import json, urllib.error, urllib.request
import requests
url = "https://abc.execute-api.eu-south-1.amazonaws.com/prod/x"
print(requests.get(url).json(), requests.post(url, json={"a": 1}).json()["body"])
print(json.load(urllib.request.urlopen(url))["pathname"])
print(requests.get("http://169.254.169.254/latest/meta-data/instance-id").status_code)
for call in (lambda: requests.get("http://nowhere.example/"), lambda: urllib.request.urlopen("http://nowhere.example/")):
    try:
        call()
    except (requests.ConnectionError, urllib.error.URLError) as error:
        print(type(error).__name__, "Name or service not known" in str(error))
`;
  const ended = await run({ argv: ["python", "a.py"], files: { "a.py": program } });
  expect([ended.stderr, ended.stdout]).toEqual([
    "",
    "{'method': 'GET', 'pathname': '/prod/x', 'body': ''} {\"a\": 1}\n/prod/x\n401\nConnectionError True\nURLError True\n",
  ]);
});

test("Ctrl-C is KeyboardInterrupt where a program waits", async () => {
  const program = `
import time
open("kept.txt", "w").write("kept")
for wait in (lambda: time.sleep(100), input):
    try:
        print("waiting")
        wait()
    except KeyboardInterrupt:
        print("interrupted")
    finally:
        print("cleaned up")
time.sleep(100)
`;
  const ended = await page.evaluate((source) => lab.interrupted({ argv: ["python", "a.py"], files: { "a.py": source } }, ["waiting", "waiting", "cleaned up\n"]), program);
  expect(ended.stdout).toBe("waiting\ninterrupted\ncleaned up\nwaiting\ninterrupted\ncleaned up\n");
  // Source: the python command itself.
  expect(ended.stderr).toMatch(/^Traceback \(most recent call last\):\n {2}File "\/home\/student\/project\/a\.py", line 12, in <module>\n.*\nKeyboardInterrupt\n$/s);
  expect([ended.code, ended.files]).toEqual([130, [["kept.txt", "kept"]]]);
});

test("two programs run side by side", async () => {
  const program = (name) => `
import time
for turn in range(3):
    print("${name}", turn, flush=True)
    time.sleep(0.2)
`;
  const both = await page.evaluate(
    (sources) => Promise.all(sources.map((source) => lab.run({ argv: ["python", "-c", source] }))),
    [program("producer"), program("consumer")],
  );
  expect(both.map(({ stdout }) => stdout)).toEqual([
    "producer 0\nproducer 1\nproducer 2\n",
    "consumer 0\nconsumer 1\nconsumer 2\n",
  ]);
});
