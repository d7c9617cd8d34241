"""Starts the Lambda runtime in a process of its own: JSON lines in, JSON lines out."""

import json
import os
import sys
import time
import types

# Handlers may close or replace the standard streams: news travel on a descriptor of their own.
news = os.fdopen(os.dup(1), "w", buffering=1)
orders = os.fdopen(os.dup(0), "r")


def tell(message):
    news.write(json.dumps(message) + "\n")
    news.flush()


def main():
    host = types.ModuleType("nuvola_host")
    host.log = lambda text: tell({"log": text})
    sys.modules["nuvola_host"] = host
    here = os.path.dirname(os.path.abspath(__file__))
    package = types.ModuleType("nuvola_sandbox")
    package.__path__ = [here]
    sys.modules["nuvola_sandbox"] = package
    sys.path.remove(here)
    from nuvola_sandbox import lambda_runtime as runtime

    settings = json.loads(orders.readline())
    began = time.monotonic()
    runtime.TASK_ROOT = settings["task"]
    # The host has unpacked the package already.
    runtime.unpack = lambda _: sys.path.insert(0, settings["task"])
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for layer in reversed(settings.get("layers", [])):
        sys.path[:0] = [os.path.join(layer, "python", "lib", version, "site-packages"), os.path.join(layer, "python")]
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | settings["env"]
    answer = json.loads(runtime.init(settings["handler"], Package(), json.dumps(env)))
    if answer["error"]:
        tell({"failed": answer["error"]})
        return
    tell({"ready": (time.monotonic() - began) * 1000})
    for line in orders:
        began, computed = time.monotonic(), time.process_time()
        answer = json.loads(runtime.invoke(line))
        answer["durationMs"] = (time.monotonic() - began) * 1000
        answer["cpuMs"] = (time.process_time() - computed) * 1000
        tell({"result": answer})
        if answer.get("exited"):
            return


class Package:
    """Stands for the unpacked archive."""

    def to_bytes(self):
        return b""


main()
