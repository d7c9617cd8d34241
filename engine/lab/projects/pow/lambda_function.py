import json


def lambda_handler(event, context):
    """Answers x to the power of y: GET ?x=2&y=10 gives 1024."""
    parameters = event.get("queryStringParameters") or {}
    try:
        x = float(parameters["x"])
        y = float(parameters["y"])
    except KeyError as missing:
        return answer(400, {"error": f"the parameter {missing} is missing"})
    except ValueError:
        return answer(400, {"error": "x and y must be numbers"})

    result = x ** y
    print(f"{x} ** {y} = {result}")
    return answer(200, {"result": int(result) if result == int(result) else result})


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {
            "Content-Type": "application/json",
            # A page from another origin may read the answer only with this header.
            # Remove the `#`, apply again, and watch the preview.
            # "Access-Control-Allow-Origin": "*",
        },
        "body": json.dumps(body),
    }
