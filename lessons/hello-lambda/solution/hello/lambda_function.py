def lambda_handler(event, context):
    """Lambda calls this for each event, and sends back what it returns."""
    return {"message": f"Hello, {event['name']}!"}
