"""Packs the wheels of requirements.txt and our own Python sources for the sandbox workers.

    python3 pack.py WHEELS OUT

writes packs into OUT: `base` (boto3 and what it needs, and nuvola_sandbox), `models` (the service models
of the course), `awscli` (with the names of all other services), and those that are fetched when a program
imports something of them: `pillow` (its Python, over our `PIL/_imaging.py`), `flask`, `requests`. A pack is gzip over:
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
    "pillow": ["PIL"],
    "flask": ["flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"],
    "requests": ["requests", "certifi", "charset_normalizer", "idna"],
}

# Pillow's file formats that work here; the others need C libraries or are not of this century.
PILLOW_PLUGINS = ("Bmp", "Gif", "Ico", "Jpeg", "Mpo", "Png", "Ppm", "Tga", "Tiff", "WebP")
PILLOW_LEFT_OUT = (
    "BdfFontFile", "BufrStub", "ContainerIO", "FontFile", "ImageCms", "ImageGrab", "ImageMath",
    "ImageMorph", "ImageQt", "ImageShow", "ImageTk", "ImageWin", "PSDraw", "PcfFontFile",
    "PdfParser", "TarIO", "WalImageFile", "__main__", "_tkinter_finder", "report",
)

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
        if root == "PIL" and not wanted_of_pillow(name):
            continue
        if name == "certifi/cacert.pem":
            # `requests` looks for the file; there is no TLS here whose certificates it could check.
            yield name, b"# certificates are not needed: requests go to the lab's own cloud\n"
        elif name.endswith(KEPT_ENDINGS):
            yield name, files[name]


def chosen(files, pack):
    yield from choose(files, PACKS[pack])
    yield from metadata(files, PACKS[pack])


def metadata(files, roots):
    """Names and versions, which programs ask `importlib.metadata` for."""
    for name in sorted(files):
        folder, _, file = name.partition("/")
        if not folder.endswith(".dist-info") or file != "METADATA":
            continue
        package = folder.partition("-")[0]
        names = {package, package.lower(), *(root.removesuffix(".py") for root in top_level(files, folder))}
        if names & {root.removesuffix(".py") for root in roots}:
            lines = files[name].decode().partition("\n\n")[0].splitlines()
            kept = [line for line in lines if line.startswith(("Metadata-Version:", "Name:", "Version:"))]
            yield name, ("\n".join(kept) + "\n\n").encode()


def top_level(files, folder):
    """The modules of a package whose own name is another: `PIL` of `pillow`."""
    return {name.split("/")[0] for name in files[f"{folder}/RECORD"].decode().splitlines() if ".py," in name}


def wanted_of_pillow(name):
    file = name.removeprefix("PIL/")
    if file.endswith("ImagePlugin.py"):
        return file.removesuffix("ImagePlugin.py") in PILLOW_PLUGINS
    return not file.startswith(PILLOW_LEFT_OUT)


def own(folder):
    here = pathlib.Path(__file__).parent
    for path in sorted(here.glob(f"{folder}/**/*.py")):
        yield path.relative_to(here).as_posix(), path.read_bytes()


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
    write_pack(out / "base.pack", [*chosen(files, "base"), *own("nuvola_sandbox")])
    write_pack(out / "awscli.pack", [*chosen(files, "awscli"), *other_services(files)])
    write_pack(out / "models.pack", choose_models(files))
    write_pack(out / "pillow.pack", [*chosen(files, "pillow"), *own("PIL")])
    for name in ("flask", "requests"):
        write_pack(out / f"{name}.pack", chosen(files, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
