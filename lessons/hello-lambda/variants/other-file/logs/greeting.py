import os

count = 0


def greet(event, context):
    """Lambda calls this for each event, and sends back what it returns."""
    global count
    count += 1
    name = event.get("name", "world")
    print("greeting", name)
    return {"message": f"{os.environ['GREETING']}, {name}!", "count": count}
