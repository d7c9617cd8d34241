//! The errors of S3: code, status, text and members as AWS answers them.
//!
//! **Source**, where a constructor names no other: S3 API reference, "Error responses" and "List of error
//! codes"; texts and members as the service sends them.

use crate::context::OpContext;
use nuvola_wire::ApiError;

fn error(status: u16, code: &str, message: &str) -> ApiError {
    ApiError::new(status, code, message)
}

pub fn no_such_bucket(bucket: &str) -> ApiError {
    error(404, "NoSuchBucket", "The specified bucket does not exist").with_member("BucketName", bucket)
}

pub fn no_such_key(key: &str) -> ApiError {
    error(404, "NoSuchKey", "The specified key does not exist.").with_member("Key", key)
}

pub fn no_such_version(key: &str, version_id: &str) -> ApiError {
    error(404, "NoSuchVersion", "The specified version does not exist.")
        .with_member("Key", key)
        .with_member("VersionId", version_id)
}

pub fn no_such_upload(upload_id: &str) -> ApiError {
    error(
        404,
        "NoSuchUpload",
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
         aborted or completed.",
    )
    .with_member("UploadId", upload_id)
}

pub fn bucket_already_exists(bucket: &str) -> ApiError {
    error(
        409,
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the \
         system. Please select a different name and try again.",
    )
    .with_member("BucketName", bucket)
}

pub fn bucket_already_owned_by_you(bucket: &str) -> ApiError {
    error(
        409,
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
    )
    .with_member("BucketName", bucket)
}

pub fn bucket_not_empty(bucket: &str, versioned: bool) -> ApiError {
    let text = if versioned {
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
    } else {
        "The bucket you tried to delete is not empty"
    };
    error(409, "BucketNotEmpty", text).with_member("BucketName", bucket)
}

pub fn too_many_buckets() -> ApiError {
    error(400, "TooManyBuckets", "You have attempted to create more buckets than allowed")
}

pub fn invalid_bucket_name(bucket: &str) -> ApiError {
    error(400, "InvalidBucketName", "The specified bucket is not valid.").with_member("BucketName", bucket)
}

pub fn illegal_location_constraint(constraint: &str) -> ApiError {
    error(
        400,
        "IllegalLocationConstraintException",
        &format!(
            "The {constraint} location constraint is incompatible for the region specific endpoint this \
             request was sent to."
        ),
    )
}

pub fn invalid_location_constraint(constraint: &str) -> ApiError {
    error(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
        .with_member("LocationConstraint", constraint)
}

/// The bucket is in another region than the one asked: clients learn the right one from the header.
pub fn permanent_redirect(bucket: &str, endpoint: &str, region: &str) -> ApiError {
    error(
        301,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. Please send \
         all future requests to this endpoint.",
    )
    .with_member("Endpoint", endpoint)
    .with_member("Bucket", bucket)
    .with_header("x-amz-bucket-region", region)
}

pub fn malformed_xml() -> ApiError {
    error(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

pub fn missing_request_body() -> ApiError {
    error(400, "MissingRequestBodyError", "Request Body is empty")
}

pub fn invalid_argument(message: &str, name: &str, value: &str) -> ApiError {
    error(400, "InvalidArgument", message)
        .with_member("ArgumentName", name)
        .with_member("ArgumentValue", value)
}

/// Destinations of notifications that are not there or do not let S3 in, each with the reason.
pub fn bad_destinations(refusals: &[(String, String)]) -> ApiError {
    let text = "Unable to validate the following destination configurations";
    let mut answer = error(400, "InvalidArgument", text);
    for (index, (arn, reason)) in refusals.iter().enumerate() {
        let number = index + 1;
        answer = answer
            .with_member(format!("ArgumentName{number}"), arn.as_str())
            .with_member(format!("ArgumentValue{number}"), reason.as_str());
    }
    answer
}

pub fn notification_region(arn: &str) -> ApiError {
    let text = "The notification destination service region is not valid for the bucket location constraint";
    invalid_argument(text, "Arn", arn)
}

/// Two targets of notifications would be told of the same event.
pub fn overlapping_notifications(unfiltered: bool) -> ApiError {
    let text = if unfiltered {
        "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    } else {
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are \
         overlapping for the same event type."
    };
    error(400, "InvalidArgument", text)
}

pub fn invalid_request(message: &str) -> ApiError {
    error(400, "InvalidRequest", message)
}

pub fn key_too_long(key: &str) -> ApiError {
    error(400, "KeyTooLongError", "Your key is too long")
        .with_member("Size", key.len().to_string())
        .with_member("MaxSizeAllowed", super::limits::MAX_KEY_BYTES.to_string())
}

pub fn metadata_too_large(size: usize) -> ApiError {
    error(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
        .with_member("Size", size.to_string())
        .with_member("MaxSizeAllowed", super::limits::MAX_METADATA_BYTES.to_string())
}

pub fn invalid_storage_class(class: &str) -> ApiError {
    error(400, "InvalidStorageClass", "The storage class you specified is not valid")
        .with_member("StorageClassRequested", class)
}

pub fn invalid_redirect_location() -> ApiError {
    error(
        400,
        "InvalidRedirectLocation",
        "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    )
}

pub fn entity_too_large(size: u64, max: u64) -> ApiError {
    error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        .with_member("ProposedSize", size.to_string())
        .with_member("MaxSizeAllowed", max.to_string())
}

pub fn entity_too_small(size: u64, part_number: u32, etag: &str) -> ApiError {
    error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with_member("ProposedSize", size.to_string())
        .with_member("MinSizeAllowed", super::limits::MIN_PART_BYTES.to_string())
        .with_member("PartNumber", part_number.to_string())
        .with_member("ETag", etag)
}

pub fn invalid_part(upload_id: &str, part_number: i64, etag: &str) -> ApiError {
    error(
        400,
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
         specified entity tag may not match the part's entity tag.",
    )
    .with_member("UploadId", upload_id)
    .with_member("PartNumber", part_number.to_string())
    .with_member("ETag", etag)
}

pub fn invalid_part_order(upload_id: &str) -> ApiError {
    error(
        400,
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
    )
    .with_member("UploadId", upload_id)
}

/// A read of a part that the object does not have.
pub fn invalid_part_number(requested: i64, actual: u32) -> ApiError {
    error(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
        .with_member("PartNumberRequested", requested.to_string())
        .with_member("ActualPartCount", actual.to_string())
}

pub fn invalid_range(range: &str, size: u64) -> ApiError {
    error(416, "InvalidRange", "The requested range is not satisfiable")
        .with_member("RangeRequested", range)
        .with_member("ActualObjectSize", size.to_string())
        .with_header("Content-Range", format!("bytes */{size}"))
}

pub fn invalid_copy_range(range: &str, size: u64) -> ApiError {
    invalid_argument(
        &format!("Range specified is not valid for source object of size: {size}"),
        "x-amz-copy-source-range",
        range,
    )
}

pub fn precondition_failed(condition: &str) -> ApiError {
    error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .with_member("Condition", condition)
}

pub fn not_modified(etag: &str) -> ApiError {
    error(304, "NotModified", "Not Modified").with_header("ETag", format!("\"{etag}\""))
}

pub fn not_implemented_header(header: &str, value: &str) -> ApiError {
    error(501, "NotImplemented", "A header you provided implies functionality that is not implemented")
        .with_member("Header", header)
        .with_member("additionalMessage", value)
}

pub fn method_not_allowed(method: &str, resource_type: &str) -> ApiError {
    error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with_member("Method", method)
        .with_member("ResourceType", resource_type)
}

pub fn bad_digest(expected: &str, calculated: &str) -> ApiError {
    error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
        .with_member("ExpectedDigest", expected)
        .with_member("CalculatedDigest", calculated)
}

pub fn invalid_digest(digest: &str) -> ApiError {
    error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        .with_member("Content-MD5", digest)
}

pub fn bad_checksum(algorithm: &str) -> ApiError {
    error(400, "BadDigest", &format!("The {algorithm} you specified did not match the calculated checksum."))
}

pub fn invalid_checksum_header(header: &str) -> ApiError {
    invalid_request(&format!("Value for {header} header is invalid."))
}

pub fn access_denied() -> ApiError {
    error(403, "AccessDenied", "Access Denied")
}

/// One of the switches of S3 Block Public Access stands in the way of a policy or an ACL of `target`, a bucket
/// or a bucket and a key.
///
/// **Source**: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3", "Block Public
/// Access settings".
pub fn public_access_prevented(cx: &OpContext<'_>, action: &str, target: &str, switch: &str) -> ApiError {
    let what = if switch == "BlockPublicPolicy" { "policies" } else { "ACLs" };
    error(
        403,
        "AccessDenied",
        &format!(
            "User: {} is not authorized to perform: {action} on resource: \"arn:aws:s3:::{target}\" because \
             public {what} are prevented by the {switch} setting in S3 Block Public Access.",
            cx.principal_arn()
        ),
    )
}

pub fn malformed_policy(message: &str) -> ApiError {
    error(400, "MalformedPolicy", message)
}

pub fn no_such_bucket_policy(bucket: &str) -> ApiError {
    error(404, "NoSuchBucketPolicy", "The bucket policy does not exist").with_member("BucketName", bucket)
}

pub fn no_such_website(bucket: &str) -> ApiError {
    error(404, "NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
        .with_member("BucketName", bucket)
}

pub fn no_such_cors(bucket: &str) -> ApiError {
    error(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist")
        .with_member("BucketName", bucket)
}

pub fn no_such_tag_set(bucket: &str) -> ApiError {
    error(404, "NoSuchTagSet", "The TagSet does not exist").with_member("BucketName", bucket)
}

pub fn no_such_public_access_block(bucket: &str) -> ApiError {
    error(404, "NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
        .with_member("BucketName", bucket)
}

pub fn no_ownership_controls(bucket: &str) -> ApiError {
    error(404, "OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        .with_member("BucketName", bucket)
}

pub fn no_such_lifecycle(bucket: &str) -> ApiError {
    error(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
        .with_member("BucketName", bucket)
}

pub fn no_replication(bucket: &str) -> ApiError {
    error(404, "ReplicationConfigurationNotFoundError", "The replication configuration was not found")
        .with_member("BucketName", bucket)
}

pub fn no_object_lock(bucket: &str) -> ApiError {
    error(
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    )
    .with_member("BucketName", bucket)
}

pub fn acl_not_supported() -> ApiError {
    error(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

pub fn acl_with_owner_enforced() -> ApiError {
    error(
        400,
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    )
}

pub fn malformed_acl() -> ApiError {
    error(
        400,
        "MalformedACLError",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

pub fn illegal_versioning() -> ApiError {
    error(400, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
}

pub fn invalid_logging_target(bucket: &str) -> ApiError {
    error(
        400,
        "InvalidTargetBucketForLogging",
        "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate \
         grants for the log-delivery group",
    )
    .with_member("TargetBucket", bucket)
}

pub fn invalid_tag(message: &str) -> ApiError {
    error(400, "InvalidTag", message)
}

pub fn invalid_tag_key(key: &str) -> ApiError {
    invalid_tag("The TagKey you have provided is invalid").with_member("TagKey", key)
}

pub fn invalid_tag_value(key: &str, value: &str) -> ApiError {
    invalid_tag("The TagValue you have provided is invalid")
        .with_member("TagKey", key)
        .with_member("TagValue", value)
}

pub fn too_many_tags(what: &str, limit: usize) -> ApiError {
    error(400, "BadRequest", &format!("{what} tags cannot be greater than {limit}"))
}

/// **Source**: S3 User Guide, "Troubleshooting CORS".
pub fn cors_not_enabled(method: &str, resource_type: &str) -> ApiError {
    error(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.")
        .with_member("Method", method)
        .with_member("ResourceType", resource_type)
}

/// **Source**: S3 User Guide, "Troubleshooting CORS"; the spelling is the service's.
pub fn cors_not_allowed(method: &str, resource_type: &str) -> ApiError {
    error(
        403,
        "AccessForbidden",
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
         request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted \
         by the resource's CORS spec.",
    )
    .with_member("Method", method)
    .with_member("ResourceType", resource_type)
}

pub fn preflight_lacks(header: &str) -> ApiError {
    error(400, "BadRequest", &format!("Insufficient information. {header} request header needed."))
}

/// **Source**: API reference, "GetObject", `InvalidObjectState`.
pub fn invalid_object_state(storage_class: &str) -> ApiError {
    error(403, "InvalidObjectState", "The operation is not valid for the object's storage class")
        .with_member("StorageClass", storage_class)
}

pub fn copy_onto_itself() -> ApiError {
    invalid_request(
        "This copy request is illegal because it is trying to copy an object to itself without changing the \
         object's metadata, storage class, website redirect location or encryption attributes.",
    )
}

/// **Source**: API reference, "CopyObject", `ObjectNotInActiveTierError`.
pub fn object_not_in_active_tier() -> ApiError {
    error(
        403,
        "ObjectNotInActiveTierError",
        "The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.",
    )
}

/// A website endpoint of another region than the bucket's.
pub fn incorrect_endpoint(endpoint: &str) -> ApiError {
    error(
        400,
        "IncorrectEndpoint",
        "The specified bucket exists in another region. Please direct requests to the specified endpoint.",
    )
    .with_member("Endpoint", endpoint)
}
