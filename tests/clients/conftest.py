"""A gateway for each test session, and clients that know nothing of Nuvola."""

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import boto3
import pytest

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-south-1"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """The running `nuvola gateway`."""

    def __init__(self):
        self.port = free_port()
        command = [nuvola(), "gateway", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        keys = re.search(r"AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+)", self.process.stdout.readline())
        self.key_id, self.secret = keys.groups()

    def reset(self):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_nuvola/reset", method="POST")).close()

    @property
    def env(self):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return clean | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
        }

    def client(self, service, **more):
        settings = dict(
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.key_id,
            aws_secret_access_key=self.secret,
        )
        return boto3.client(service, **(settings | more))

    def fetch(self, url, method="GET", headers=None, body=None):
        """Asks for an address of AWS as a browser would, through the gateway's port."""
        scheme, _, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        request = urllib.request.Request(f"{self.url}/{path}", method=method, data=body)
        request.add_header("Host", host)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers, answer.read().decode()


def nuvola():
    return os.environ.get("NUVOLA_BIN") or str(ROOT / "target/debug/nuvola")


@pytest.fixture(scope="session")
def running():
    gateway = Gateway()
    yield gateway
    gateway.process.terminate()
    gateway.process.wait()


@pytest.fixture
def gateway(running):
    running.reset()
    return running


class Project:
    """A folder in which `nuvola terraform` and the AWS CLI are run."""

    def __init__(self, folder, gateway):
        self.folder = folder
        self.gateway = gateway

    def run(self, *command, check=True, typed=None):
        done = subprocess.run(
            command, cwd=self.folder, env=self.gateway.env, input=typed, text=True, capture_output=True
        )
        if check:
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def terraform(self, *arguments, **more):
        return self.run(nuvola(), "terraform", *arguments, **more)

    def aws(self, *arguments, **more):
        return self.run(sys.executable, "-m", "awscli", *arguments, **more)

    def output(self, name):
        return self.terraform("output", "-raw", name).stdout


@pytest.fixture
def project(gateway, tmp_path, request):
    name = getattr(request, "param", "pow")
    shutil.copytree(ROOT / "engine/lab/projects" / name, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path, gateway)
