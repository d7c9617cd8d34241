"""Makes the file `credentials` of what `aws iam create-access-key` printed into key.txt."""

access_key_id, secret_access_key = open("key.txt").read().split()
with open("credentials", "w") as file:
    print("[ada]", file=file)
    print(f"aws_access_key_id = {access_key_id}", file=file)
    print(f"aws_secret_access_key = {secret_access_key}", file=file)
