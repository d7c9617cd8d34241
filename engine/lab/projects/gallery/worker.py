"""The gallery's worker: takes a picture's name from the queue, makes it ready, moves it to the gallery.

A message is deleted only when its picture is done: if the worker dies in the middle, the message is visible
again after the visibility timeout, and the next worker starts over.
"""

import io
import json
import os

import boto3
from PIL import Image, ImageFilter, ImageOps

BUCKET = os.environ["BUCKET"]
THUMBNAIL = (240, 240)
FILTERS = {
    "none": lambda image: image,
    "grayscale": ImageOps.grayscale,
    "blur": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "edges": lambda image: image.filter(ImageFilter.FIND_EDGES),
}

s3 = boto3.client("s3")
queue = boto3.resource("sqs").get_queue_by_name(QueueName=os.environ["QUEUE"])


def as_png(image):
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def work(job):
    name = job["picture"]
    stored = s3.get_object(Bucket=BUCKET, Key=f"pending/{name}")
    image = Image.open(io.BytesIO(stored["Body"].read())).convert("RGB")
    image = FILTERS[job["filter"]](image)
    small = image.copy()
    small.thumbnail(THUMBNAIL)
    s3.put_object(Bucket=BUCKET, Key=f"thumbs/{name}", Body=as_png(small), ContentType="image/png")
    s3.put_object(Bucket=BUCKET, Key=f"gallery/{name}", Body=as_png(image), ContentType="image/png")
    s3.delete_object(Bucket=BUCKET, Key=f"pending/{name}")


print("waiting for work")
while True:
    for message in queue.receive_messages(WaitTimeSeconds=20):
        job = json.loads(message.body)
        print("working on", job["picture"], flush=True)
        work(job)
        message.delete()
        print("done", job["picture"], flush=True)
