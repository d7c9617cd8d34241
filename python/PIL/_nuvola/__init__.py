"""Stands where Pillow's C modules would: Pillow's own Python sources, unmodified, call it.

Pixels are Python's bytes, rows without padding and channels side by side; what takes arithmetic is done by
`engine/imaging`, compiled to WebAssembly. Start reading at `core`.
"""


class NotSimulatedError(NotImplementedError, AttributeError):
    """A part of Pillow that Nuvola lacks, named where it is used."""

    def __init__(self, name):
        super().__init__(f"Pillow's {name} is not simulated in Nuvola")
