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

export function answerFor({ method, url }) {
  const { hostname, pathname } = new URL(url);
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
