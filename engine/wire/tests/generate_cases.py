"""Makes the cases under `cases/` by running botocore, so that the truth comes from outside.

    python3 engine/wire/tests/generate_cases.py            writes cases/*.json
    python3 engine/wire/tests/generate_cases.py verify     lets botocore parse what we encode (snapshots/)

A protocol case has a model in botocore's form (trimmed to the shapes that it needs), params, and the
request that botocore makes of them; or a response, and what botocore reads in it. Blobs are base64,
timestamps are Unix milliseconds. Params are random from a fixed seed: the same botocore gives the same files.
"""

import base64
import datetime
import json
import os
import random
import re
import sys
from unittest import mock

import botocore
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "cases")
SOURCE = f"botocore {botocore.__version__} through generate_cases.py"
UTC = datetime.timezone.utc
KEPT = {
    "type", "members", "member", "key", "value", "required", "payload", "location", "locationName", "shape",
    "flattened", "xmlNamespace", "xmlAttribute", "timestampFormat", "queryName", "document", "union",
    "streaming", "wrapper", "box", "resultWrapper", "enum", "uri", "prefix",
}
ODD = json.load(open(os.path.join(CASES, "odd_models.json")))
REAL = {
    "lambda": ["CreateFunction", "Invoke", "ListFunctions", "AddPermission", "UpdateFunctionConfiguration",
               "GetFunction", "CreateFunctionUrlConfig", "DeleteFunction", "TagResource"],
    "apigateway": ["CreateRestApi", "PutMethod", "PutIntegration", "GetResources", "UpdateStage",
                   "CreateDeployment", "GetExport"],
    "s3": ["PutObject", "GetObject", "ListObjectsV2", "ListBuckets", "PutBucketWebsite", "GetBucketWebsite",
           "PutBucketCors", "PutBucketAcl", "GetBucketAcl", "DeleteObjects", "CompleteMultipartUpload",
           "PutBucketTagging", "PutBucketLifecycleConfiguration", "CreateBucket", "PutBucketPolicy",
           "ListObjectVersions", "HeadObject", "GetObjectTagging", "CopyObject"],
    "route53": ["CreateHostedZone", "ChangeResourceRecordSets", "ListResourceRecordSets"],
    "dynamodb": ["PutItem", "Query", "CreateTable", "DescribeTable"],
    "sqs": ["SendMessage", "ReceiveMessage", "CreateQueue", "ListQueues"],
    "stepfunctions": ["CreateStateMachine", "DescribeExecution"],
    "logs": ["PutLogEvents", "FilterLogEvents", "DescribeLogGroups", "CreateLogGroup"],
    "kms": ["Encrypt", "CreateGrant"],
    "iam": ["CreateRole", "ListRoles", "AttachRolePolicy", "GetAccountSummary", "SimulateCustomPolicy",
            "ListRolePolicies", "GetUser"],
    "sts": ["GetCallerIdentity", "AssumeRole"],
    "sns": ["Publish", "SetTopicAttributes", "GetTopicAttributes", "ListTopics"],
    "rds": ["CreateDBInstance", "DescribeDBParameters"],
    "cloudformation": ["CreateStack", "DescribeStackEvents"],
    "ec2": ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress", "DescribeKeyPairs", "CreateTags",
            "DescribeVpcs", "DeleteVpc"],
}


def trim(value):
    if isinstance(value, list):
        return [trim(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: named(item) if key == "members" else trim(item)
            for key, item in value.items() if key in KEPT and item is not False}


def named(members):
    return {name: trim(member) for name, member in members.items()}


def reach(model, name, shapes):
    if name in shapes:
        return
    shape = trim(model["shapes"][name])
    shapes[name] = shape
    for inner in [shape.get("member"), shape.get("key"), shape.get("value"), *shape.get("members", {}).values()]:
        if inner:
            reach(model, inner["shape"], shapes)


def real_model(service, operation):
    model = botocore.loaders.Loader().load_service_model(service, "service-2")
    op = {key: model["operations"][operation][key] for key in ["name", "http", "input", "output"]
          if key in model["operations"][operation]}
    if service == "s3" and "Bucket" in model["shapes"][op.get("input", {}).get("shape", "")].get("members", {}):
        uri = op["http"]["requestUri"]
        op["http"]["requestUri"] = "/{Bucket}" + ("" if uri == "/" else uri.replace("/?", "?"))
        model["shapes"][op["input"]["shape"]]["members"]["Bucket"].update(location="uri", locationName="Bucket")
    return cut(model, op, operation)


def cut(model, op, operation):
    shapes = {}
    for side in ["input", "output"]:
        if side in op:
            op[side] = {key: value for key, value in op[side].items() if key in KEPT}
            reach(model, op[side]["shape"], shapes)
    kept = ["protocol", "apiVersion", "jsonVersion", "targetPrefix", "xmlNamespace", "signatureVersion",
            "signingName", "endpointPrefix", "serviceId"]
    metadata = {key: model["metadata"][key] for key in kept if key in model["metadata"]}
    return {"metadata": metadata, "operations": {operation: op}, "shapes": shapes}


class Maker:
    """Random params for a shape."""

    def __init__(self, seed, protocol):
        self.random = random.Random(seed)
        self.protocol = protocol

    def structure(self, shape, path=(), top=False):
        members = dict(shape.members)
        if getattr(shape, "is_tagged_union", False):
            name = self.random.choice(sorted(members))
            members = {name: members[name]}
        out = {}
        for name, member in members.items():
            if path.count(member.name) >= 1 and member.type_name in ("structure", "list", "map"):
                if any(path.count(n) >= 2 for n in [member.name]):
                    continue
            required = name in shape.required_members or member.serialization.get("location") in ("uri", "headers")
            chance = 0.9 if top else max(0.2, 0.8 - 0.15 * len(path))
            if required or self.random.random() < chance:
                if len(path) > 6 and not required:
                    continue
                out[name] = self.value(member, path + (member.name,))
                if shape.serialization.get("payload") == name and out[name] == "":
                    out[name] = "an empty text is an absent one"
                if shape.serialization.get("payload") == name and isinstance(out[name], bytes):
                    # Botocore's parser takes bare payloads for text.
                    out[name] = "plain \u00fc".encode()
        if not out and (self.protocol in ("query", "ec2") or getattr(shape, "is_tagged_union", False)):
            # A form cannot write a structure without members, and a union has one.
            scalars = [name for name, member in shape.members.items() if member.type_name == "string"]
            out.update({name: "text" for name in scalars[:1]})
        return out

    def value(self, shape, path):
        kind = shape.type_name
        rng = self.random
        location = shape.serialization.get("location")
        if kind == "structure":
            if getattr(shape, "is_document_type", False):
                return {"a": [1, "x", None, {"b": True}], "c": 1.5}
            return self.structure(shape, path)
        if kind == "list":
            count = rng.choice([1, 1, 2, 3])
            items = [self.value(shape.member, path + (shape.member.name,)) for _ in range(count)]
            return items
        if kind == "map":
            count = rng.choice([1, 2])
            if location == "headers":
                return {f"header{i}": rng.choice(["plain", "a b", "x=1; y"]) for i in range(count)}
            return {f"k{i}": self.value(shape.value, path + (shape.value.name,)) for i in range(count)}
        if kind in ("string", "character"):
            if location in ("header", "headers"):
                return rng.choice(["plain", "a b", "x=1; y", "text/html"])
            if location == "uri":
                return rng.choice(["name", "a b", "x:y", "ü+1", "a/b"])
            if shape.enum and rng.random() < 0.8:
                return shape.enum[0]
            return rng.choice(["text", "", "a&b<c>\"d'", "ü ñ €", "x y+z%", "line\nbreak", " padded "])
        if kind == "boolean":
            return rng.random() < 0.5
        if kind == "integer":
            return rng.choice([0, 1, -5, 2147483647])
        if kind == "long":
            return rng.choice([0, 9007199254740993, -1])
        if kind in ("float", "double"):
            return rng.choice([0.5, 1e10, -2.25])
        if kind == "blob":
            return bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
        if kind == "timestamp":
            form = shape.serialization.get("timestampFormat")
            millis = self.protocol in ("json", "rest-json") and location is None and form in (None, "unixTimestamp")
            at = datetime.datetime(2026, 11, 23, 17, 56, rng.randrange(60), tzinfo=UTC)
            return at.replace(microsecond=rng.choice([0, 125000])) if millis else at
        raise ValueError(kind)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return value


def protocol_of(model):
    return model["metadata"]["protocol"]


def input_case(name, model, operation, params):
    service = botocore.model.ServiceModel(model, "service")
    op = service.operation_model(operation)
    serializer = botocore.serialize.create_serializer(protocol_of(model), include_validation=False)
    request = serializer.serialize_to_request(params, op)
    botocore.awsrequest.prepare_request_dict(request, "https://service.example.com")
    url = request["url"].removeprefix("https://service.example.com")
    path, _, query = url.partition("?")
    body = request["body"]
    if isinstance(body, dict):
        body = botocore.awsrequest.AWSRequest(method="POST", url="/", data=body).prepare().body
    if isinstance(body, str):
        body = body.encode()
    headers = {key: value if isinstance(value, str) else value.decode()
               for key, value in dict(request["headers"]).items() if key != "User-Agent"}
    return {
        "name": name, "model": model, "operation": operation, "params": plain(params),
        "request": {"method": request["method"], "path": path, "query": query, "headers": headers,
                    "body": base64.b64encode(body or b"").decode()},
    }


def models():
    for service, operations in REAL.items():
        for operation in operations:
            yield f"{service}.{operation}", real_model(service, operation), operation
    for name, model in ODD.items():
        for operation, op in model["operations"].items():
            yield f"{name}.{operation}", cut(model, dict(op), operation), operation


def file_of(model):
    meta = model["metadata"]
    return meta["protocol"] + meta.get("jsonVersion", "").replace(".", "") if meta["protocol"] == "json" else meta["protocol"]


def params_cases():
    files = {}
    for name, model, operation in models():
        service = botocore.model.ServiceModel(model, "service")
        op = service.operation_model(operation)
        into = files.setdefault(file_of(model), {"source": SOURCE, "cases": []})
        maker = Maker(name, protocol_of(model))
        params = maker.structure(op.input_shape, (), True) if op.input_shape else {}
        case = input_case(name, model, operation, params)
        output = maker.structure(op.output_shape, (), True) if op.output_shape else {}
        for key, member in (op.output_shape.members if op.output_shape else {}).items():
            if member.serialization.get("location") == "statusCode" and key in output:
                output[key] = 202
        case["output"] = plain(output)
        into["cases"].append(case)
    for name, content in files.items():
        write(f"{name}.json", content)


def write(name, content):
    with open(os.path.join(CASES, name), "w") as out:
        cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in content["cases"])
        out.write('{"source": %s, "cases": [\n%s\n]}\n' % (json.dumps(content["source"]), cases))


def parse(model, operation, response):
    service = botocore.model.ServiceModel(model, "service")
    shape = service.operation_model(operation).output_shape
    parser = botocore.parsers.create_parser(protocol_of(model))
    headers = botocore.awsrequest.HeadersDict(response["headers"])
    body = base64.b64decode(response["body"])
    parsed = parser.parse({"status_code": response["status"], "headers": headers, "body": body}, shape)
    payload = shape and shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob" and isinstance(parsed.get(payload), str):
        parsed[payload] = parsed[payload].encode()
    return parsed


def response_cases():
    """Responses as services write them, and what botocore reads."""
    cases = []
    for given in json.load(open(os.path.join(CASES, "responses_given.json"))):
        model = real_model(given["service"], given["operation"])
        response = {"status": given["status"], "headers": given.get("headers", {}),
                    "body": base64.b64encode("".join(given["body"]).encode()).decode()}
        parsed = parse(model, given["operation"], response)
        parsed.pop("ResponseMetadata", None)
        error = parsed.pop("Error", None)
        cases.append({"name": f"{given['service']}.{given['operation']}: {given['title']}", "model": model,
                      "operation": given["operation"], "response": response,
                      "error": error, "output": plain(parsed) if given["status"] < 300 else None})
    write("responses.json", {"source": SOURCE, "cases": cases})


SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime.datetime(2026, 11, 23, 17, 56, 36)


def signed(name, kind, service, method, url, headers=None, body=b"", token=None, expires=None, context=None):
    credentials = botocore.credentials.Credentials("AKIDEXAMPLE", SECRET, token)
    request = botocore.awsrequest.AWSRequest(method=method, url=url, headers=headers or {}, data=body)
    request.context.update(context or {})
    signer = getattr(botocore.auth, kind)
    args = [credentials, service, "eu-south-1"]
    if expires:
        signer = signer(*args, expires=expires)
    else:
        signer = signer(*args)
    with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: NOW):
        signer.add_auth(request)
    prepared = request.prepare()
    scheme, rest = prepared.url.split("://", 1)
    host, slash, path = rest.partition("/")
    path, _, query = (slash + path).partition("?")
    headers = {key: value if isinstance(value, str) else value.decode() for key, value in prepared.headers.items()}
    headers.pop("Content-Length", None)
    body = prepared.body or b""
    if isinstance(body, str):
        body = body.encode()
    return {"name": name, "service": service, "method": method, "scheme": scheme, "host": host,
            "path": path or "/", "query": query, "headers": headers,
            "body": base64.b64encode(body).decode(), "token": token, "expires": expires}


def signature_cases():
    s3 = "https://bucket.s3.eu-south-1.amazonaws.com"
    api = "https://lambda.eu-south-1.amazonaws.com"
    trailer = {"Content-Encoding": "aws-chunked",
               "X-Amz-Trailer": "x-amz-checksum-crc32", "X-Amz-Decoded-Content-Length": "5"}
    chunked = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    post = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables"}
    cases = [
        signed("get vanilla", "SigV4Auth", "lambda", "GET", api + "/"),
        signed("path with dots and slashes", "SigV4Auth", "lambda", "GET", api + "/a/./b//c/../d/"),
        signed("encoded path is encoded again", "SigV4Auth", "lambda", "GET",
               api + "/2015-03-31/tags/arn%3Aaws%3Alambda%3Aeu-south-1%3A123456789012%3Afunction%3Af"),
        signed("space and non-ASCII in the path", "SigV4Auth", "lambda", "GET", api + "/a%20b/%E1%88%B4"),
        signed("query order", "SigV4Auth", "lambda", "GET", api + "/?b=2&a=2&a=1&B=3&c=&d"),
        signed("query with encoded text", "SigV4Auth", "lambda", "GET", api + "/?q=a%20b%2Bc%2F%C3%BC&x=~"),
        signed("json body", "SigV4Auth", "dynamodb", "POST", "https://dynamodb.eu-south-1.amazonaws.com/", post,
               b'{"Limit": 3}'),
        signed("form body", "SigV4Auth", "iam", "POST", "https://iam.amazonaws.com/",
               {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
               b"Action=ListUsers&Version=2010-05-08"),
        signed("session token", "SigV4Auth", "lambda", "GET", api + "/", token="AQoDYXdz+EXAMPLE/token=="),
        signed("spaces inside a header", "SigV4Auth", "lambda", "GET", api + "/", {"My-Header": "  a   b  c "}),
        signed("port in the host", "SigV4Auth", "lambda", "GET", "http://localhost:4566/2015-03-31/functions/"),
        signed("presigned, not s3", "SigV4QueryAuth", "sts", "GET",
               "https://sts.eu-south-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", expires=60),
        signed("s3 key with odd characters", "S3SigV4Auth", "s3", "GET", s3 + "/a%20b/c%2Bd//e/../%C3%BC~%21%27%28%29"),
        signed("s3 put", "S3SigV4Auth", "s3", "PUT", s3 + "/key", {"Content-Type": "text/plain"}, b"hello"),
        signed("s3 sub-resource", "S3SigV4Auth", "s3", "GET", s3 + "/?uploads&prefix=a%2Fb"),
        signed("s3 unsigned payload", "S3SigV4Auth", "s3", "PUT", s3 + "/key",
               {"Content-MD5": "XUFAKrxLKna5cZ2REBfFkg=="}, b"hello", context={"has_streaming_input": True}),
        signed("s3 trailer", "S3SigV4Auth", "s3", "PUT", s3 + "/key", trailer, chunked,
               context={"checksum": {"request_algorithm": {"in": "trailer"}}}),
        signed("s3 presigned get", "S3SigV4QueryAuth", "s3", "GET", s3 + "/a%20b?response-content-type=text%2Fhtml",
               expires=3600),
        signed("s3 presigned put with token", "S3SigV4QueryAuth", "s3", "PUT", s3 + "/key", {"Content-Type": "text/plain"},
               token="AQoDYXdz+EXAMPLE/token==", expires=604800),
    ]
    write("sigv4.json", {"source": SOURCE, "cases": cases})


def verify():
    """Botocore must read what we encode as the output that we were given."""
    wrong = count = 0
    for name in sorted(os.listdir(os.path.join(HERE, "snapshots"))):
        if not name.startswith("protocol__"):
            continue
        text = open(os.path.join(HERE, "snapshots", name)).read().split("\n---\n", 1)[1]
        encoded = json.loads(text)
        if name == "protocol__errors.snap":
            for protocol, response in encoded.items():
                parser = botocore.parsers.create_parser(protocol)
                error = parser.parse({"status_code": response["status"], "body": response["text"].encode(),
                                      "headers": botocore.awsrequest.HeadersDict(response["headers"])}, None)["Error"]
                count += 1
                if (error["Code"], error["Message"]) != ("NoSuchThing", 'The <thing> & "more"'):
                    wrong += 1
                    print("DIFFERS", protocol, error)
            continue
        file = name.removeprefix("protocol__").removesuffix(".snap") + ".json"
        for case in json.load(open(os.path.join(CASES, file)))["cases"]:
            response = encoded[case["name"]]
            response["body"] = base64.b64encode(
                response["text"].encode() if "text" in response else base64.b64decode(response["base64"])).decode()
            parsed = parse(case["model"], case["operation"], response)
            parsed.pop("ResponseMetadata", None)
            count += 1
            if plain(parsed) != case["output"]:
                wrong += 1
                print("DIFFERS", case["name"], "\n  given ", case["output"], "\n  parsed", plain(parsed))
    print(f"{count} answers read by {SOURCE}, {wrong} differ")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["verify"]:
        verify()
    params_cases()
    response_cases()
    signature_cases()
