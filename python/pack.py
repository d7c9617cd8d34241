"""Packs the wheels of requirements.txt and our own Python sources for the sandbox workers.

    python3 pack.py WHEELS OUT

writes three packs into OUT: `base` (boto3 and what it needs, and nuvola_sandbox), `models` (the
service models of the course) and `awscli` (with the names of all other services). A pack is gzip over:
the length of the index (u32, little endian), the index as JSON `[[path, size], ...]`, and the files'
bytes one after another. The worker lays the files out without copying them. Same input, same bytes.
"""

import gzip
import json
import pathlib
import struct
import sys
import zipfile

# The services of the course, and sdb, whose model the AWS CLI reads at each start.
SERVICES = """
apigateway apigatewaymanagementapi apigatewayv2 budgets ce cloudformation cloudfront cloudwatch
cognito-identity cognito-idp dynamodb dynamodbstreams ec2 ecr events iam kinesis kms lambda logs
pipes pricing resourcegroupstaggingapi s3 s3control scheduler sdb secretsmanager ses sesv2 sns sqs ssm
stepfunctions sts
""".split()

ENDPOINTS = "botocore/data/endpoints.json"
NOT_SIMULATED = b'{"not-simulated":true}'

PACKS = {
    "base": ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3"],
    "awscli": ["awscli", "docutils", "yaml", "rsa", "pyasn1", "colorama"],
}

# Never read in the sandbox: certificates (no TLS here), examples, other languages, old writers.
LEFT_OUT = (
    "awscli/examples/",
    "awscli/topics/",
    "awscli/testutils.py",
    "botocore/cacert.pem",
    "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
    "docutils/parsers/rst/include/",
    "docutils/writers/latex2e",
    "docutils/writers/odf_odt",
    "docutils/writers/s5_html",
    "docutils/writers/xetex",
    "docutils/writers/html5_polyglot",
    "docutils/writers/pep_html",
    "colorama/tests/",
)
KEPT_ENDINGS = (".py", ".json", ".txt", ".dtd", ".gz")


def is_model(name):
    return name.startswith("botocore/data/")


def wanted_model(name, newest):
    parts = name.split("/")
    if len(parts) == 3:
        return name.endswith(".json")
    if parts[2] not in SERVICES or "examples-1" in parts[-1]:
        return False
    return parts[3] == newest[parts[2]]


def read_wheels(folder):
    """All files of all wheels, by path."""
    files = {}
    for wheel in sorted(pathlib.Path(folder).glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if not name.endswith("/"):
                    files[name] = archive.read(name)
    return files


def choose(files, roots):
    for name in sorted(files):
        root = name.split("/")[0]
        if root not in roots or is_model(name) or name.startswith(LEFT_OUT):
            continue
        if name.endswith(KEPT_ENDINGS):
            yield name, files[name]


def choose_models(files):
    newest = {}
    for name in files:
        parts = name.split("/")
        if is_model(name) and len(parts) > 4:
            newest[parts[2]] = max(newest.get(parts[2], ""), parts[3])
    missing = [service for service in SERVICES if service not in newest]
    if missing:
        raise SystemExit(f"botocore has no model for {', '.join(missing)}")
    prefixes = set()
    for name in sorted(files):
        if is_model(name) and wanted_model(name, newest):
            if name.endswith("service-2.json.gz"):
                prefixes.add(json.loads(gzip.decompress(files[name]))["metadata"]["endpointPrefix"])
            if name != ENDPOINTS:
                yield name, smaller(name, files[name])
    yield ENDPOINTS, only_services(json.loads(files[ENDPOINTS]), prefixes)


def other_services(files):
    """The services of AWS that are not simulated, by name: the AWS CLI builds its commands of them."""
    versions = {
        name.split("/")[2]: name.split("/")[3]
        for name in sorted(files)
        if is_model(name) and "/service-2.json" in name
    }
    for service in sorted(set(versions) - set(SERVICES)):
        yield f"botocore/data/{service}/{versions[service]}/service-2.json", NOT_SIMULATED


def only_services(endpoints, prefixes):
    """The table of endpoints without the services that are not simulated: it is read by every client."""
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in prefixes}
    return json.dumps(endpoints, separators=(",", ":")).encode()


def smaller(name, content):
    """Service models without their documentation texts: half the download, faster to parse."""
    if not name.endswith("service-2.json.gz"):
        return content
    model = json.loads(gzip.decompress(content))
    for part in ("shapes", "operations"):
        model[part] = {key: without_documentation(value) for key, value in model[part].items()}
    text = json.dumps(model, separators=(",", ":"), ensure_ascii=False).encode()
    return gzip.compress(text, 9, mtime=0)


def without_documentation(value):
    if isinstance(value, list):
        return [without_documentation(item) for item in value]
    if not isinstance(value, dict):
        return value
    # A member may be called `documentation`; its description is a map, where a text is documentation.
    return {
        key: without_documentation(item)
        for key, item in value.items()
        if key != "documentation" or not isinstance(item, str)
    }


def write_pack(path, entries):
    entries = list(entries)
    index = json.dumps([[name, len(content)] for name, content in entries], separators=(",", ":"))
    index = index.encode()
    raw = struct.pack("<I", len(index)) + index + b"".join(content for _, content in entries)
    packed = gzip.compress(raw, 9, mtime=0)
    path.write_bytes(packed)
    print(f"{path.name}: {len(entries)} files, {len(raw) // 1024} kB, packed {len(packed) // 1024} kB")


def main(wheels, out):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    files = read_wheels(wheels)
    here = pathlib.Path(__file__).parent
    ours = [
        (path.relative_to(here).as_posix(), path.read_bytes())
        for path in sorted(here.glob("nuvola_sandbox/**/*.py"))
    ]
    write_pack(out / "base.pack", [*choose(files, PACKS["base"]), *ours])
    write_pack(out / "awscli.pack", [*choose(files, PACKS["awscli"]), *other_services(files)])
    write_pack(out / "models.pack", choose_models(files))


if __name__ == "__main__":
    main(*sys.argv[1:])
