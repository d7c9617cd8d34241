//! What the provider calls of S3.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`s3/2006-03-01/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    COPY_OBJECT_RESULT "CopyObjectResult" {
        "ETag": STRING,
        "LastModified": TIMESTAMP,
        "ChecksumCRC32": STRING,
        "ChecksumCRC32C": STRING,
        "ChecksumCRC64NVME": STRING,
        "ChecksumSHA1": STRING,
        "ChecksumSHA256": STRING,
        "ChecksumSHA512": STRING,
        "ChecksumMD5": STRING,
        "ChecksumXXHASH64": STRING,
        "ChecksumXXHASH3": STRING,
        "ChecksumXXHASH128": STRING,
    }
    OBJECT "Object" {
        "Key": STRING,
        "LastModified": TIMESTAMP,
        "ETag": STRING,
        "Size": LONG,
        "StorageClass": STRING,
        "Owner": of!(OWNER),
        "RestoreStatus": of!(RESTORE_STATUS),
    }
    OWNER "Owner" {
        "DisplayName": STRING,
        "ID": STRING,
    }
    RESTORE_STATUS "RestoreStatus" {
        "IsRestoreInProgress": BOOLEAN,
        "RestoreExpiryDate": TIMESTAMP,
    }
    COMMON_PREFIX "CommonPrefix" {
        "Prefix": STRING,
    }
}

operations! { services::S3;
    COPY_OBJECT "CopyObject" "PUT" "/{Bucket}/{Key+}" {
        "ACL": STRING => header("x-amz-acl"),
        "Bucket": STRING => label(),
        "CacheControl": STRING => header("Cache-Control"),
        "ChecksumAlgorithm": STRING => header("x-amz-checksum-algorithm"),
        "ContentDisposition": STRING => header("Content-Disposition"),
        "ContentEncoding": STRING => header("Content-Encoding"),
        "ContentLanguage": STRING => header("Content-Language"),
        "ContentType": STRING => header("Content-Type"),
        "CopySource": STRING => header("x-amz-copy-source"),
        "CopySourceIfMatch": STRING => header("x-amz-copy-source-if-match"),
        "CopySourceIfModifiedSince": TIMESTAMP => header("x-amz-copy-source-if-modified-since").timestamp("http-date"),
        "CopySourceIfNoneMatch": STRING => header("x-amz-copy-source-if-none-match"),
        "CopySourceIfUnmodifiedSince": TIMESTAMP => header("x-amz-copy-source-if-unmodified-since").timestamp("http-date"),
        "Expires": STRING => header("Expires"),
        "Key": STRING => label(),
        "Metadata": map!(STRING) => prefix_headers("x-amz-meta-"),
        "MetadataDirective": STRING => header("x-amz-metadata-directive"),
        "TaggingDirective": STRING => header("x-amz-tagging-directive"),
        "ServerSideEncryption": STRING => header("x-amz-server-side-encryption"),
        "StorageClass": STRING => header("x-amz-storage-class"),
        "WebsiteRedirectLocation": STRING => header("x-amz-website-redirect-location"),
        "SSEKMSKeyId": STRING => header("x-amz-server-side-encryption-aws-kms-key-id"),
        "BucketKeyEnabled": BOOLEAN => header("x-amz-server-side-encryption-bucket-key-enabled"),
        "CopySourceSSECustomerAlgorithm": STRING => header("x-amz-copy-source-server-side-encryption-customer-algorithm"),
        "CopySourceSSECustomerKey": STRING => header("x-amz-copy-source-server-side-encryption-customer-key"),
        "CopySourceSSECustomerKeyMD5": STRING => header("x-amz-copy-source-server-side-encryption-customer-key-MD5"),
        "Tagging": STRING => header("x-amz-tagging"),
        "ObjectLockMode": STRING => header("x-amz-object-lock-mode"),
        "ObjectLockRetainUntilDate": TIMESTAMP => header("x-amz-object-lock-retain-until-date").timestamp("date-time"),
        "ObjectLockLegalHoldStatus": STRING => header("x-amz-object-lock-legal-hold"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "ExpectedSourceBucketOwner": STRING => header("x-amz-source-expected-bucket-owner"),
    } -> {
        "CopyObjectResult": of!(COPY_OBJECT_RESULT) => payload(),
        "Expiration": STRING => header("x-amz-expiration"),
        "CopySourceVersionId": STRING => header("x-amz-copy-source-version-id"),
        "VersionId": STRING => header("x-amz-version-id"),
        "ServerSideEncryption": STRING => header("x-amz-server-side-encryption"),
        "SSEKMSKeyId": STRING => header("x-amz-server-side-encryption-aws-kms-key-id"),
        "BucketKeyEnabled": BOOLEAN => header("x-amz-server-side-encryption-bucket-key-enabled"),
    } errors ["ObjectNotInActiveTierError"];
    GET_OBJECT "GetObject" "GET" "/{Bucket}/{Key+}" {
        "Bucket": STRING => label(),
        "Key": STRING => label(),
        "Range": STRING => header("Range"),
        "VersionId": STRING => query("versionId"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "ChecksumMode": STRING => header("x-amz-checksum-mode"),
    } -> {
        "Body": BLOB => payload(),
        "DeleteMarker": BOOLEAN => header("x-amz-delete-marker"),
        "Expiration": STRING => header("x-amz-expiration"),
        "LastModified": TIMESTAMP => header("Last-Modified").timestamp("http-date"),
        "ContentLength": LONG => header("Content-Length"),
        "ETag": STRING => header("ETag"),
        "ChecksumCRC32": STRING => header("x-amz-checksum-crc32"),
        "ChecksumCRC32C": STRING => header("x-amz-checksum-crc32c"),
        "ChecksumCRC64NVME": STRING => header("x-amz-checksum-crc64nvme"),
        "ChecksumSHA1": STRING => header("x-amz-checksum-sha1"),
        "ChecksumSHA256": STRING => header("x-amz-checksum-sha256"),
        "ChecksumSHA512": STRING => header("x-amz-checksum-sha512"),
        "ChecksumMD5": STRING => header("x-amz-checksum-md5"),
        "ChecksumXXHASH64": STRING => header("x-amz-checksum-xxhash64"),
        "ChecksumXXHASH3": STRING => header("x-amz-checksum-xxhash3"),
        "ChecksumXXHASH128": STRING => header("x-amz-checksum-xxhash128"),
        "VersionId": STRING => header("x-amz-version-id"),
        "CacheControl": STRING => header("Cache-Control"),
        "ContentDisposition": STRING => header("Content-Disposition"),
        "ContentEncoding": STRING => header("Content-Encoding"),
        "ContentLanguage": STRING => header("Content-Language"),
        "ContentRange": STRING => header("Content-Range"),
        "ContentType": STRING => header("Content-Type"),
        "Expires": STRING => header("Expires"),
        "WebsiteRedirectLocation": STRING => header("x-amz-website-redirect-location"),
        "ServerSideEncryption": STRING => header("x-amz-server-side-encryption"),
        "Metadata": map!(STRING) => prefix_headers("x-amz-meta-"),
        "SSEKMSKeyId": STRING => header("x-amz-server-side-encryption-aws-kms-key-id"),
        "BucketKeyEnabled": BOOLEAN => header("x-amz-server-side-encryption-bucket-key-enabled"),
        "StorageClass": STRING => header("x-amz-storage-class"),
        "TagCount": INTEGER => header("x-amz-tagging-count"),
        "ObjectLockMode": STRING => header("x-amz-object-lock-mode"),
        "ObjectLockRetainUntilDate": TIMESTAMP => header("x-amz-object-lock-retain-until-date").timestamp("date-time"),
        "ObjectLockLegalHoldStatus": STRING => header("x-amz-object-lock-legal-hold"),
    } errors ["NoSuchKey", "InvalidObjectState"];
    LIST_OBJECTS_V2 "ListObjectsV2" "GET" "/{Bucket}?list-type=2" {
        "Bucket": STRING => label(),
        "Delimiter": STRING => query("delimiter"),
        "EncodingType": STRING => query("encoding-type"),
        "MaxKeys": INTEGER => query("max-keys"),
        "Prefix": STRING => query("prefix"),
        "ContinuationToken": STRING => query("continuation-token"),
        "FetchOwner": BOOLEAN => query("fetch-owner"),
        "StartAfter": STRING => query("start-after"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "IsTruncated": BOOLEAN,
        "Contents": list!(of!(OBJECT)) => flattened(),
        "Name": STRING,
        "Prefix": STRING,
        "Delimiter": STRING,
        "MaxKeys": INTEGER,
        "CommonPrefixes": list!(of!(COMMON_PREFIX)) => flattened(),
        "KeyCount": INTEGER,
        "ContinuationToken": STRING,
        "NextContinuationToken": STRING,
        "StartAfter": STRING,
    } errors ["NoSuchBucket"];
}
