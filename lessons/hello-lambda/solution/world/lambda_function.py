def lambda_handler(event, context):
    """Lambda calls this for each event, and sends back what it returns."""
    name = event.get("name", "world")
    return {"message": f"Hello, {name}!"}
