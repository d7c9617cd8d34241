"""The gallery's web server: shows pictures, takes uploads, hands the work to a queue."""

import json
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, Response, redirect, render_template, request

BUCKET = os.environ["BUCKET"]

app = Flask(__name__)
s3 = boto3.client("s3")
tags = boto3.resource("dynamodb").Table(os.environ["TABLE"])
queue = boto3.resource("sqs").get_queue_by_name(QueueName=os.environ["QUEUE"])


def pictures():
    """Names and upload times of the finished pictures, the newest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="gallery/")
    found = [entry for page in pages for entry in page.get("Contents", [])]
    found.sort(key=lambda entry: entry["LastModified"], reverse=True)
    return [
        {"name": entry["Key"].removeprefix("gallery/"), "time": f"{entry['LastModified']:%d %B %Y, %H:%M}"}
        for entry in found
    ]


@app.get("/")
def index():
    shown = pictures()
    tag = request.args.get("tag", "")
    if tag:
        tagged = {item["picture"] for item in tags.query(KeyConditionExpression=Key("tag").eq(tag))["Items"]}
        shown = [picture for picture in shown if picture["name"] in tagged]
    known = sorted({item["tag"] for item in tags.scan(ProjectionExpression="tag")["Items"]})
    return render_template("index.html", pictures=shown, tag=tag, tags=known)


@app.post("/upload")
def upload():
    file = request.files["picture"]
    name = f"{uuid.uuid4().hex[:8]}.png"
    s3.upload_fileobj(file, BUCKET, f"pending/{name}")
    for tag in request.form.get("tags", "").lower().split():
        tags.put_item(Item={"tag": tag, "picture": name})
    queue.send_message(MessageBody=json.dumps({"picture": name, "filter": request.form.get("filter", "none")}))
    return redirect("/")


@app.get("/picture/<size>/<name>")
def picture(size, name):
    folder = "thumbs" if size == "small" else "gallery"
    stored = s3.get_object(Bucket=BUCKET, Key=f"{folder}/{name}")
    return Response(stored["Body"].read(), mimetype="image/png")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
