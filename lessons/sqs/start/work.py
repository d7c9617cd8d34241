"""The work itself. In a real system it takes long, and fails now and then."""


def work(body):
    if body == "bad":
        raise ValueError("nobody can work on this")
    print("done:", body)
