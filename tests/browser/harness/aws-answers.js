// Answers of S3 and STS, as AWS documents them on the pages named here.
const encoder = new TextEncoder();

function xml(status, body, headers = []) {
  return { status, headers: [["content-type", "application/xml"], ...headers], body: encoder.encode(body) };
}

// Source: Amazon S3 API Reference, "ListBuckets".
const LIST_BUCKETS = `<?xml version="1.0" encoding="UTF-8"?>
<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be</ID></Owner><Buckets><Bucket><Name>pow-web</Name><CreationDate>2026-11-23T10:00:00.000Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>`;

// Source: AWS STS API Reference, "GetCallerIdentity".
const CALLER_IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/student</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

// Source: Amazon S3 User Guide, "Error responses".
const ACCESS_DENIED = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`;

// Source: Amazon EC2 User Guide, "Retrieve security credentials from instance metadata" (version 2 asks for a token).
const METADATA = {
  "/latest/api/token": "AQAEAHnuvola==",
  "/latest/meta-data/instance-id": "i-0123456789abcdef0",
  "/latest/meta-data/iam/security-credentials/": "web-role",
  "/latest/meta-data/iam/security-credentials/web-role": JSON.stringify({
    Code: "Success", LastUpdated: "2031-05-06T07:00:00Z", Type: "AWS-HMAC", AccessKeyId: "ASIAIOSFODNN7EXAMPLE",
    SecretAccessKey: "secret", Token: "session-token", Expiration: "2031-05-06T13:00:00Z",
  }),
};

function metadata(method, pathname, headers) {
  const token = new Map(headers.map(([name, value]) => [name.toLowerCase(), value])).get("x-aws-ec2-metadata-token");
  const asksToken = pathname === "/latest/api/token";
  if ((method === "PUT") !== asksToken) return { status: 405, headers: [], body: new Uint8Array() };
  if (!asksToken && token !== METADATA["/latest/api/token"]) return { status: 401, headers: [], body: new Uint8Array() };
  const found = METADATA[pathname];
  return { status: found ? 200 : 404, headers: [["content-type", "text/plain"]], body: encoder.encode(found ?? "") };
}

export function answerFor({ method, url, headers, body }) {
  const { hostname, pathname } = new URL(url);
  if (hostname === "169.254.169.254") return metadata(method, pathname, headers);
  if (hostname.endsWith(".execute-api.eu-south-1.amazonaws.com")) {
    const text = new TextDecoder().decode(body);
    return { status: 200, headers: [["content-type", "application/json"]], body: encoder.encode(JSON.stringify({ method, pathname, body: text })) };
  }
  if (hostname.startsWith("dynamodb.")) {
    const asked = JSON.parse(new TextDecoder().decode(body));
    const item = { condition: { S: asked.KeyConditionExpression ?? "" }, filter: { S: asked.FilterExpression ?? "" } };
    return { status: 200, headers: [["content-type", "application/x-amz-json-1.0"]], body: encoder.encode(JSON.stringify({ Items: [item], Count: 1, ScannedCount: 1 })) };
  }
  if (hostname.startsWith("sts.")) return xml(200, CALLER_IDENTITY);
  if (hostname.startsWith("lambda.")) {
    return { status: 200, headers: [["x-amz-executed-version", "$LATEST"]], body: encoder.encode('{"ok":true}') };
  }
  if (/^s3\./.test(hostname) && pathname === "/") return xml(200, LIST_BUCKETS);
  if (hostname.startsWith("pow-web.s3.") && method === "PUT") {
    return { status: 200, headers: [["etag", '"5d41402abc4b2a76b9719d911017c592"']], body: new Uint8Array() };
  }
  if (hostname.startsWith("pow-web.s3.") && pathname === "/a.txt") {
    const headers = [
      ["content-length", "5"],
      ["etag", '"5d41402abc4b2a76b9719d911017c592"'],
      ["last-modified", "Mon, 23 Nov 2026 10:00:00 GMT"],
    ];
    return { status: 200, headers, body: encoder.encode(method === "HEAD" ? "" : "hello") };
  }
  if (hostname.includes(".s3.") || /^s3\./.test(hostname)) return xml(403, ACCESS_DENIED);
  return { status: 0, headers: [], body: new Uint8Array(), error: "Name or service not known" };
}
