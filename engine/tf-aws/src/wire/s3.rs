//! What the provider calls of S3.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`s3/2006-03-01/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    CREATE_BUCKET_CONFIGURATION "CreateBucketConfiguration" {
        "LocationConstraint": STRING,
    }
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    TAGGING "Tagging" {
        "TagSet": list!(of!(TAG)) => item("Tag"),
    }
    OWNER "Owner" {
        "DisplayName": STRING,
        "ID": STRING,
    }
    GRANT "Grant" {
        "Grantee": of!(GRANTEE) => xml_namespace("http://www.w3.org/2001/XMLSchema-instance").xml_prefix("xsi"),
        "Permission": STRING,
    }
    GRANTEE "Grantee" {
        "DisplayName": STRING,
        "EmailAddress": STRING,
        "ID": STRING,
        "Type": STRING => xml("xsi:type").xml_attribute(),
        "URI": STRING,
    }
    REDIRECT_ALL_REQUESTS_TO "RedirectAllRequestsTo" {
        "HostName": STRING,
        "Protocol": STRING,
    }
    INDEX_DOCUMENT "IndexDocument" {
        "Suffix": STRING,
    }
    ERROR_DOCUMENT "ErrorDocument" {
        "Key": STRING,
    }
    ROUTING_RULE "RoutingRule" {
        "Condition": of!(CONDITION),
        "Redirect": of!(REDIRECT),
    }
    CONDITION "Condition" {
        "HttpErrorCodeReturnedEquals": STRING,
        "KeyPrefixEquals": STRING,
    }
    REDIRECT "Redirect" {
        "HostName": STRING,
        "HttpRedirectCode": STRING,
        "Protocol": STRING,
        "ReplaceKeyPrefixWith": STRING,
        "ReplaceKeyWith": STRING,
    }
    WEBSITE_CONFIGURATION "WebsiteConfiguration" {
        "ErrorDocument": of!(ERROR_DOCUMENT),
        "IndexDocument": of!(INDEX_DOCUMENT),
        "RedirectAllRequestsTo": of!(REDIRECT_ALL_REQUESTS_TO),
        "RoutingRules": list!(of!(ROUTING_RULE)) => item("RoutingRule"),
    }
    PUBLIC_ACCESS_BLOCK_CONFIGURATION "PublicAccessBlockConfiguration" {
        "BlockPublicAcls": BOOLEAN,
        "IgnorePublicAcls": BOOLEAN,
        "BlockPublicPolicy": BOOLEAN,
        "RestrictPublicBuckets": BOOLEAN,
    }
    CORS_RULE "CORSRule" {
        "ID": STRING,
        "AllowedHeaders": list!(STRING) => flattened().item("AllowedHeader"),
        "AllowedMethods": list!(STRING) => flattened().item("AllowedMethod"),
        "AllowedOrigins": list!(STRING) => flattened().item("AllowedOrigin"),
        "ExposeHeaders": list!(STRING) => flattened().item("ExposeHeader"),
        "MaxAgeSeconds": INTEGER,
    }
    CORS_CONFIGURATION "CORSConfiguration" {
        "CORSRules": list!(of!(CORS_RULE)) => flattened().item("CORSRule"),
    }
    OWNERSHIP_CONTROLS "OwnershipControls" {
        "Rules": list!(of!(OWNERSHIP_CONTROLS_RULE)) => flattened().item("Rule"),
    }
    OWNERSHIP_CONTROLS_RULE "OwnershipControlsRule" {
        "ObjectOwnership": STRING,
    }
    VERSIONING_CONFIGURATION "VersioningConfiguration" {
        "MFADelete": STRING => xml("MfaDelete"),
        "Status": STRING,
    }
    SERVER_SIDE_ENCRYPTION_CONFIGURATION "ServerSideEncryptionConfiguration" {
        "Rules": list!(of!(SERVER_SIDE_ENCRYPTION_RULE)) => flattened().item("Rule"),
    }
    SERVER_SIDE_ENCRYPTION_RULE "ServerSideEncryptionRule" {
        "ApplyServerSideEncryptionByDefault": of!(SERVER_SIDE_ENCRYPTION_BY_DEFAULT),
        "BucketKeyEnabled": BOOLEAN,
        "BlockedEncryptionTypes": of!(BLOCKED_ENCRYPTION_TYPES),
    }
    SERVER_SIDE_ENCRYPTION_BY_DEFAULT "ServerSideEncryptionByDefault" {
        "SSEAlgorithm": STRING,
        "KMSMasterKeyID": STRING,
    }
    BLOCKED_ENCRYPTION_TYPES "BlockedEncryptionTypes" {
        "EncryptionType": list!(STRING) => flattened().item("EncryptionType"),
    }
    DELETE "Delete" {
        "Objects": list!(of!(OBJECT_IDENTIFIER)) => flattened().item("Object"),
        "Quiet": BOOLEAN,
    }
    OBJECT_IDENTIFIER "ObjectIdentifier" {
        "Key": STRING,
        "VersionId": STRING,
        "ETag": STRING,
        "LastModifiedTime": TIMESTAMP => timestamp("http-date"),
        "Size": LONG,
    }
    DELETED_OBJECT "DeletedObject" {
        "Key": STRING,
        "VersionId": STRING,
        "DeleteMarker": BOOLEAN,
        "DeleteMarkerVersionId": STRING,
    }
    ERROR "Error" {
        "Key": STRING,
        "VersionId": STRING,
        "Code": STRING,
        "Message": STRING,
    }
    OBJECT_VERSION "ObjectVersion" {
        "ETag": STRING,
        "Size": LONG,
        "StorageClass": STRING,
        "Key": STRING,
        "VersionId": STRING,
        "IsLatest": BOOLEAN,
        "LastModified": TIMESTAMP,
        "Owner": of!(OWNER),
        "RestoreStatus": of!(RESTORE_STATUS),
    }
    RESTORE_STATUS "RestoreStatus" {
        "IsRestoreInProgress": BOOLEAN,
        "RestoreExpiryDate": TIMESTAMP,
    }
    DELETE_MARKER_ENTRY "DeleteMarkerEntry" {
        "Owner": of!(OWNER),
        "Key": STRING,
        "VersionId": STRING,
        "IsLatest": BOOLEAN,
        "LastModified": TIMESTAMP,
    }
    COMMON_PREFIX "CommonPrefix" {
        "Prefix": STRING,
    }
}

operations! { services::S3;
    CREATE_BUCKET "CreateBucket" "PUT" "/{Bucket}" {
        "ACL": STRING => header("x-amz-acl"),
        "Bucket": STRING => label(),
        "CreateBucketConfiguration": of!(CREATE_BUCKET_CONFIGURATION) => payload().xml("CreateBucketConfiguration"),
        "ObjectLockEnabledForBucket": BOOLEAN => header("x-amz-bucket-object-lock-enabled"),
        "ObjectOwnership": STRING => header("x-amz-object-ownership"),
    } -> {
        "Location": STRING => header("Location"),
        "BucketArn": STRING => header("x-amz-bucket-arn"),
    } errors ["BucketAlreadyExists", "BucketAlreadyOwnedByYou"];
    HEAD_BUCKET "HeadBucket" "HEAD" "/{Bucket}" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "BucketArn": STRING => header("x-amz-bucket-arn"),
        "BucketLocationType": STRING => header("x-amz-bucket-location-type"),
        "BucketLocationName": STRING => header("x-amz-bucket-location-name"),
        "BucketRegion": STRING => header("x-amz-bucket-region"),
        "AccessPointAlias": BOOLEAN => header("x-amz-access-point-alias"),
    } errors ["NoSuchBucket"];
    DELETE_BUCKET "DeleteBucket" "DELETE" "/{Bucket}" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_TAGGING "GetBucketTagging" "GET" "/{Bucket}?tagging" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "TagSet": list!(of!(TAG)) => item("Tag"),
    } errors [];
    PUT_BUCKET_TAGGING "PutBucketTagging" "PUT" "/{Bucket}?tagging" {
        "Bucket": STRING => label(),
        "Tagging": of!(TAGGING) => payload().xml("Tagging"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_BUCKET_TAGGING "DeleteBucketTagging" "DELETE" "/{Bucket}?tagging" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_ACL "GetBucketAcl" "GET" "/{Bucket}?acl" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Owner": of!(OWNER),
        "Grants": list!(of!(GRANT)) => xml("AccessControlList").item("Grant"),
    } errors [];
    GET_BUCKET_WEBSITE "GetBucketWebsite" "GET" "/{Bucket}?website" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "RedirectAllRequestsTo": of!(REDIRECT_ALL_REQUESTS_TO),
        "IndexDocument": of!(INDEX_DOCUMENT),
        "ErrorDocument": of!(ERROR_DOCUMENT),
        "RoutingRules": list!(of!(ROUTING_RULE)) => item("RoutingRule"),
    } errors [];
    PUT_BUCKET_WEBSITE "PutBucketWebsite" "PUT" "/{Bucket}?website" {
        "Bucket": STRING => label(),
        "WebsiteConfiguration": of!(WEBSITE_CONFIGURATION) => payload().xml("WebsiteConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_BUCKET_WEBSITE "DeleteBucketWebsite" "DELETE" "/{Bucket}?website" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_POLICY "GetBucketPolicy" "GET" "/{Bucket}?policy" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Policy": STRING => payload(),
    } errors [];
    PUT_BUCKET_POLICY "PutBucketPolicy" "PUT" "/{Bucket}?policy" {
        "Bucket": STRING => label(),
        "Policy": STRING => payload(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_BUCKET_POLICY "DeleteBucketPolicy" "DELETE" "/{Bucket}?policy" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_PUBLIC_ACCESS_BLOCK "GetPublicAccessBlock" "GET" "/{Bucket}?publicAccessBlock" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "PublicAccessBlockConfiguration": of!(PUBLIC_ACCESS_BLOCK_CONFIGURATION) => payload(),
    } errors [];
    PUT_PUBLIC_ACCESS_BLOCK "PutPublicAccessBlock" "PUT" "/{Bucket}?publicAccessBlock" {
        "Bucket": STRING => label(),
        "PublicAccessBlockConfiguration": of!(PUBLIC_ACCESS_BLOCK_CONFIGURATION) => payload().xml("PublicAccessBlockConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_PUBLIC_ACCESS_BLOCK "DeletePublicAccessBlock" "DELETE" "/{Bucket}?publicAccessBlock" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_CORS "GetBucketCors" "GET" "/{Bucket}?cors" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "CORSRules": list!(of!(CORS_RULE)) => flattened().item("CORSRule"),
    } errors [];
    PUT_BUCKET_CORS "PutBucketCors" "PUT" "/{Bucket}?cors" {
        "Bucket": STRING => label(),
        "CORSConfiguration": of!(CORS_CONFIGURATION) => payload().xml("CORSConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    DELETE_BUCKET_CORS "DeleteBucketCors" "DELETE" "/{Bucket}?cors" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_OWNERSHIP_CONTROLS "GetBucketOwnershipControls" "GET" "/{Bucket}?ownershipControls" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "OwnershipControls": of!(OWNERSHIP_CONTROLS) => payload(),
    } errors [];
    PUT_BUCKET_OWNERSHIP_CONTROLS "PutBucketOwnershipControls" "PUT" "/{Bucket}?ownershipControls" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "OwnershipControls": of!(OWNERSHIP_CONTROLS) => payload().xml("OwnershipControls"),
    } -> {} errors [];
    DELETE_BUCKET_OWNERSHIP_CONTROLS "DeleteBucketOwnershipControls" "DELETE" "/{Bucket}?ownershipControls" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_VERSIONING "GetBucketVersioning" "GET" "/{Bucket}?versioning" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Status": STRING,
        "MFADelete": STRING => xml("MfaDelete"),
    } errors [];
    PUT_BUCKET_VERSIONING "PutBucketVersioning" "PUT" "/{Bucket}?versioning" {
        "Bucket": STRING => label(),
        "MFA": STRING => header("x-amz-mfa"),
        "VersioningConfiguration": of!(VERSIONING_CONFIGURATION) => payload().xml("VersioningConfiguration"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {} errors [];
    GET_BUCKET_ENCRYPTION "GetBucketEncryption" "GET" "/{Bucket}?encryption" {
        "Bucket": STRING => label(),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "ServerSideEncryptionConfiguration": of!(SERVER_SIDE_ENCRYPTION_CONFIGURATION) => payload(),
    } errors [];
    PUT_OBJECT "PutObject" "PUT" "/{Bucket}/{Key+}" {
        "ACL": STRING => header("x-amz-acl"),
        "Body": BLOB => payload(),
        "Bucket": STRING => label(),
        "CacheControl": STRING => header("Cache-Control"),
        "ContentDisposition": STRING => header("Content-Disposition"),
        "ContentEncoding": STRING => header("Content-Encoding"),
        "ContentLanguage": STRING => header("Content-Language"),
        "ContentLength": LONG => header("Content-Length"),
        "ContentType": STRING => header("Content-Type"),
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
        "Expires": STRING => header("Expires"),
        "IfNoneMatch": STRING => header("If-None-Match"),
        "Key": STRING => label(),
        "Metadata": map!(STRING) => prefix_headers("x-amz-meta-"),
        "ServerSideEncryption": STRING => header("x-amz-server-side-encryption"),
        "StorageClass": STRING => header("x-amz-storage-class"),
        "WebsiteRedirectLocation": STRING => header("x-amz-website-redirect-location"),
        "SSEKMSKeyId": STRING => header("x-amz-server-side-encryption-aws-kms-key-id"),
        "BucketKeyEnabled": BOOLEAN => header("x-amz-server-side-encryption-bucket-key-enabled"),
        "Tagging": STRING => header("x-amz-tagging"),
        "ObjectLockMode": STRING => header("x-amz-object-lock-mode"),
        "ObjectLockRetainUntilDate": TIMESTAMP => header("x-amz-object-lock-retain-until-date").timestamp("date-time"),
        "ObjectLockLegalHoldStatus": STRING => header("x-amz-object-lock-legal-hold"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
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
        "ServerSideEncryption": STRING => header("x-amz-server-side-encryption"),
        "VersionId": STRING => header("x-amz-version-id"),
        "SSEKMSKeyId": STRING => header("x-amz-server-side-encryption-aws-kms-key-id"),
        "BucketKeyEnabled": BOOLEAN => header("x-amz-server-side-encryption-bucket-key-enabled"),
        "Size": LONG => header("x-amz-object-size"),
    } errors ["InvalidRequest", "InvalidWriteOffset", "TooManyParts", "EncryptionTypeMismatch"];
    HEAD_OBJECT "HeadObject" "HEAD" "/{Bucket}/{Key+}" {
        "Bucket": STRING => label(),
        "Key": STRING => label(),
        "VersionId": STRING => query("versionId"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
        "ChecksumMode": STRING => header("x-amz-checksum-mode"),
    } -> {
        "DeleteMarker": BOOLEAN => header("x-amz-delete-marker"),
        "Expiration": STRING => header("x-amz-expiration"),
        "LastModified": TIMESTAMP => header("Last-Modified").timestamp("http-date"),
        "ContentLength": LONG => header("Content-Length"),
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
        "ETag": STRING => header("ETag"),
        "VersionId": STRING => header("x-amz-version-id"),
        "CacheControl": STRING => header("Cache-Control"),
        "ContentDisposition": STRING => header("Content-Disposition"),
        "ContentEncoding": STRING => header("Content-Encoding"),
        "ContentLanguage": STRING => header("Content-Language"),
        "ContentType": STRING => header("Content-Type"),
        "ContentRange": STRING => header("Content-Range"),
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
    } errors ["NoSuchKey"];
    DELETE_OBJECT "DeleteObject" "DELETE" "/{Bucket}/{Key+}" {
        "Bucket": STRING => label(),
        "Key": STRING => label(),
        "MFA": STRING => header("x-amz-mfa"),
        "VersionId": STRING => query("versionId"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "DeleteMarker": BOOLEAN => header("x-amz-delete-marker"),
        "VersionId": STRING => header("x-amz-version-id"),
    } errors [];
    DELETE_OBJECTS "DeleteObjects" "POST" "/{Bucket}?delete" {
        "Bucket": STRING => label(),
        "Delete": of!(DELETE) => payload().xml("Delete"),
        "MFA": STRING => header("x-amz-mfa"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "Deleted": list!(of!(DELETED_OBJECT)) => flattened(),
        "Errors": list!(of!(ERROR)) => flattened().item("Error"),
    } errors [];
    LIST_OBJECT_VERSIONS "ListObjectVersions" "GET" "/{Bucket}?versions" {
        "Bucket": STRING => label(),
        "Delimiter": STRING => query("delimiter"),
        "KeyMarker": STRING => query("key-marker"),
        "MaxKeys": INTEGER => query("max-keys"),
        "Prefix": STRING => query("prefix"),
        "VersionIdMarker": STRING => query("version-id-marker"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "IsTruncated": BOOLEAN,
        "KeyMarker": STRING,
        "VersionIdMarker": STRING,
        "NextKeyMarker": STRING,
        "NextVersionIdMarker": STRING,
        "Versions": list!(of!(OBJECT_VERSION)) => flattened().item("Version"),
        "DeleteMarkers": list!(of!(DELETE_MARKER_ENTRY)) => flattened().item("DeleteMarker"),
        "Name": STRING,
        "Prefix": STRING,
        "Delimiter": STRING,
        "MaxKeys": INTEGER,
        "CommonPrefixes": list!(of!(COMMON_PREFIX)) => flattened(),
    } errors [];
    GET_OBJECT_TAGGING "GetObjectTagging" "GET" "/{Bucket}/{Key+}?tagging" {
        "Bucket": STRING => label(),
        "Key": STRING => label(),
        "VersionId": STRING => query("versionId"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "VersionId": STRING => header("x-amz-version-id"),
        "TagSet": list!(of!(TAG)) => item("Tag"),
    } errors [];
    PUT_OBJECT_TAGGING "PutObjectTagging" "PUT" "/{Bucket}/{Key+}?tagging" {
        "Bucket": STRING => label(),
        "Key": STRING => label(),
        "VersionId": STRING => query("versionId"),
        "Tagging": of!(TAGGING) => payload().xml("Tagging"),
        "ExpectedBucketOwner": STRING => header("x-amz-expected-bucket-owner"),
    } -> {
        "VersionId": STRING => header("x-amz-version-id"),
    } errors [];
}
