"""What is set up when a sandbox has its program: after the snapshot, before any code of the student."""

from . import lazy_packs, reseed, sockets, transport, waits


def run():
    reseed.run()
    waits.install()
    transport.install()
    sockets.install()
    lazy_packs.install()
