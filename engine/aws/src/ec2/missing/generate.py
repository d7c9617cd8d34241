#!/usr/bin/env python3
"""Writes `names.rs` and `digests.rs` beside this file: EC2's operations that are not simulated.

    python3 engine/aws/src/ec2/missing/generate.py

Names come from the service model of an installed botocore; those that `ops/` declares are left out. The
names are for the coverage page; the program itself carries only their checksums.
"""

import gzip
import json
import pathlib
import re
import zlib

import botocore

here = pathlib.Path(__file__).parent
data = pathlib.Path(botocore.__file__).parent / "data/ec2/2016-11-15/service-2.json.gz"
known = set()
for path in (here.parent / "ops").glob("*.rs"):
    known |= set(re.findall(r"pub [A-Z_0-9]+: (\w+) \{", path.read_text()))
names = sorted(set(json.loads(gzip.open(data).read())["operations"]) - known)
head = "//! Written by `generate.py`, which says from what.\n\n"
lines = "".join(f'    MissingOperation::rpc("{name}"),\n' for name in names)
(here / "names.rs").write_text(
    head + "use crate::service::MissingOperation;\n\npub const NAMES: &[MissingOperation] = &[\n" + lines + "];\n"
)
sums = sorted(zlib.crc32(name.encode()) for name in names)
rows = ["    " + " ".join(f"0x{sum:08x}," for sum in sums[at : at + 8]) + "\n" for at in range(0, len(sums), 8)]
(here / "digests.rs").write_text(
    head + "/// Sorted.\n#[rustfmt::skip]\npub const DIGESTS: &[u32] = &[\n" + "".join(rows) + "];\n"
)
