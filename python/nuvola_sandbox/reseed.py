"""What must differ between two starts from the same snapshot."""

import random


def run():
    random.seed()
