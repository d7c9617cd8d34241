//! Versioning, encryption, acceleration, payment and logging; and the settings that nobody can have here.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket};
use crate::s3::errors;
use crate::s3::ops::buckets::BucketInput;
use crate::s3::state::{Encryption, Logging, Versioning};
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// Whether a bucket keeps versions.
    #[wire(xml = "VersioningConfiguration")]
    pub struct VersioningConfiguration {
        #[wire("Status")] pub status: Option<String>,
        #[wire("MFADelete", xml = "MfaDelete")] pub mfa_delete: Option<String>,
    }

    /// What PutBucketVersioning takes.
    pub struct PutVersioningInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("VersioningConfiguration", payload)] pub configuration: Option<VersioningConfiguration>,
    }

    /// A bucket's default encryption.
    #[wire(xml = "ServerSideEncryptionConfiguration")]
    pub struct EncryptionConfiguration {
        #[wire("Rules", xml = "Rule", flattened, required)] pub rules: Vec<EncryptionRule>,
    }

    /// The rule of default encryption: always one.
    pub struct EncryptionRule {
        #[wire("ApplyServerSideEncryptionByDefault")] pub default: Option<EncryptionByDefault>,
        #[wire("BucketKeyEnabled")] pub bucket_key: Option<bool>,
        #[wire("BlockedEncryptionTypes")] pub blocked: Option<BlockedEncryptionTypes>,
    }

    /// The algorithm and the key.
    pub struct EncryptionByDefault {
        #[wire("SSEAlgorithm", required)] pub algorithm: Option<String>,
        #[wire("KMSMasterKeyID")] pub kms_key_id: Option<String>,
    }

    /// Which kinds of encryption uploads may not use.
    pub struct BlockedEncryptionTypes {
        #[wire("EncryptionType", flattened)] pub types: Vec<String>,
    }

    /// What PutBucketEncryption takes.
    pub struct PutEncryptionInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("ServerSideEncryptionConfiguration", payload)] pub configuration: Option<EncryptionConfiguration>,
    }

    /// What GetBucketEncryption answers.
    pub struct EncryptionOutput {
        #[wire("ServerSideEncryptionConfiguration", payload)] pub configuration: EncryptionConfiguration,
    }

    /// Whether transfer acceleration is on.
    #[wire(xml = "AccelerateConfiguration")]
    pub struct AccelerateConfiguration {
        #[wire("Status")] pub status: Option<String>,
    }

    /// What PutBucketAccelerateConfiguration takes.
    pub struct PutAccelerateInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("AccelerateConfiguration", payload)] pub configuration: Option<AccelerateConfiguration>,
    }

    /// Who pays for requests.
    #[wire(xml = "RequestPaymentConfiguration")]
    pub struct RequestPaymentConfiguration {
        #[wire("Payer", required)] pub payer: Option<String>,
    }

    /// What PutBucketRequestPayment takes.
    pub struct PutRequestPaymentInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("RequestPaymentConfiguration", payload)]
        pub configuration: Option<RequestPaymentConfiguration>,
    }

    /// Where access logs go.
    #[wire(xml = "BucketLoggingStatus")]
    pub struct BucketLoggingStatus {
        #[wire("LoggingEnabled")] pub enabled: Option<LoggingEnabled>,
    }

    /// The bucket and the beginning of keys for access logs.
    pub struct LoggingEnabled {
        #[wire("TargetBucket", required)] pub target_bucket: Option<String>,
        #[wire("TargetPrefix", required)] pub target_prefix: Option<String>,
    }

    /// What PutBucketLogging takes.
    pub struct PutLoggingInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("BucketLoggingStatus", payload)] pub status: Option<BucketLoggingStatus>,
    }
}

operation! {
    /// Enables or suspends versioning; it can never be taken back entirely.
    ///
    /// **Source**: S3 API Reference, "PutBucketVersioning".
    pub PUT_BUCKET_VERSIONING: PutBucketVersioning {
        http: "PUT" "/{Bucket}?versioning" 200,
        input: PutVersioningInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketVersioning", &input.bucket),
        handler: put_versioning,
    }
}

fn put_versioning(cx: &mut OpContext<'_>, input: PutVersioningInput) -> ApiResult<()> {
    let given = input.configuration.ok_or_else(errors::malformed_xml)?;
    if given.mfa_delete.as_deref() == Some("Enabled") {
        cx.not_simulated("MFA delete (`MfaDelete` of PutBucketVersioning)");
    }
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    bucket.versioning = match given.status.as_deref() {
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        Some(_) => return Err(errors::malformed_xml()),
        None => return Err(errors::illegal_versioning()),
    };
    Ok(())
}

operation! {
    /// Tells whether a bucket keeps versions; nothing, if it never did.
    ///
    /// **Source**: S3 API Reference, "GetBucketVersioning".
    pub GET_BUCKET_VERSIONING: GetBucketVersioning {
        http: "GET" "/{Bucket}?versioning" 200,
        input: BucketInput,
        output: VersioningConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketVersioning", &input.bucket),
        handler: get_versioning,
    }
}

fn get_versioning(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<VersioningConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let status = match bucket.versioning {
        Versioning::Unversioned => None,
        Versioning::Enabled => Some("Enabled".to_owned()),
        Versioning::Suspended => Some("Suspended".to_owned()),
    };
    Ok(VersioningConfiguration { status, mfa_delete: None })
}

operation! {
    /// Sets a bucket's default encryption. KMS keys are named and not used.
    ///
    /// **Source**: S3 API Reference, "PutBucketEncryption".
    pub PUT_BUCKET_ENCRYPTION: PutBucketEncryption {
        http: "PUT" "/{Bucket}?encryption" 200,
        input: PutEncryptionInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutEncryptionConfiguration", &input.bucket),
        handler: put_encryption,
    }
}

fn put_encryption(cx: &mut OpContext<'_>, input: PutEncryptionInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let rules = input.configuration.ok_or_else(errors::malformed_xml)?.rules;
    let [rule] = rules.as_slice() else { return Err(errors::malformed_xml()) };
    let default = rule.default.clone().unwrap_or_default();
    let algorithm = match default.algorithm.as_deref() {
        Some(name @ ("AES256" | "aws:kms" | "aws:kms:dsse")) => name.to_owned(),
        None if rule.default.is_none() => "AES256".to_owned(),
        Some(_) | None => return Err(errors::malformed_xml()),
    };
    if algorithm == "AES256" && default.kms_key_id.is_some() {
        return Err(errors::invalid_argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault",
            "",
        ));
    }
    if algorithm != "AES256" {
        cx.not_simulated("KMS keys of a bucket's default encryption");
    }
    let blocks_sse_c =
        rule.blocked.as_ref().is_some_and(|blocked| blocked.types.iter().any(|kind| kind == "SSE-C"));
    find_bucket(cx, &input.bucket, None)?.encryption = Encryption {
        algorithm,
        kms_key_id: default.kms_key_id,
        bucket_key: rule.bucket_key.unwrap_or(false),
        blocks_sse_c,
    };
    Ok(())
}

operation! {
    /// Shows a bucket's default encryption: every bucket has one.
    ///
    /// **Source**: S3 API Reference, "GetBucketEncryption".
    pub GET_BUCKET_ENCRYPTION: GetBucketEncryption {
        http: "GET" "/{Bucket}?encryption" 200,
        input: BucketInput,
        output: EncryptionOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetEncryptionConfiguration", &input.bucket),
        handler: get_encryption,
    }
}

fn get_encryption(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<EncryptionOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let Encryption { algorithm, kms_key_id, bucket_key, blocks_sse_c } = bucket.encryption.clone();
    let blocked = BlockedEncryptionTypes { types: vec!["SSE-C".to_owned()] };
    let rule = EncryptionRule {
        default: Some(EncryptionByDefault { algorithm: Some(algorithm), kms_key_id }),
        bucket_key: Some(bucket_key),
        blocked: blocks_sse_c.then_some(blocked),
    };
    Ok(EncryptionOutput { configuration: EncryptionConfiguration { rules: vec![rule] } })
}

operation! {
    /// Puts default encryption back to S3's own keys.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketEncryption".
    pub DELETE_BUCKET_ENCRYPTION: DeleteBucketEncryption {
        http: "DELETE" "/{Bucket}?encryption" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutEncryptionConfiguration", &input.bucket),
        handler: delete_encryption,
    }
}

fn delete_encryption(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.encryption = Encryption::default();
    Ok(())
}

operation! {
    /// Turns transfer acceleration on or off; nothing here is far enough away to notice.
    ///
    /// **Source**: S3 API Reference, "PutBucketAccelerateConfiguration".
    pub PUT_BUCKET_ACCELERATE_CONFIGURATION: PutBucketAccelerateConfiguration {
        http: "PUT" "/{Bucket}?accelerate" 200,
        input: PutAccelerateInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutAccelerateConfiguration", &input.bucket),
        handler: put_accelerate,
    }
}

fn put_accelerate(cx: &mut OpContext<'_>, input: PutAccelerateInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    if input.bucket.contains('.') {
        return Err(errors::invalid_request(
            "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
        ));
    }
    bucket.accelerate = match input.configuration.and_then(|given| given.status).as_deref() {
        Some("Enabled") => Some(true),
        Some("Suspended") => Some(false),
        Some(_) | None => return Err(errors::malformed_xml()),
    };
    Ok(())
}

operation! {
    /// Tells whether transfer acceleration is on; nothing, if it never was.
    ///
    /// **Source**: S3 API Reference, "GetBucketAccelerateConfiguration".
    pub GET_BUCKET_ACCELERATE_CONFIGURATION: GetBucketAccelerateConfiguration {
        http: "GET" "/{Bucket}?accelerate" 200,
        input: BucketInput,
        output: AccelerateConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetAccelerateConfiguration", &input.bucket),
        handler: get_accelerate,
    }
}

fn get_accelerate(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<AccelerateConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let name = |on| if on { "Enabled" } else { "Suspended" };
    Ok(AccelerateConfiguration { status: bucket.accelerate.map(|on| name(on).to_owned()) })
}

operation! {
    /// Says who pays for requests.
    ///
    /// **Source**: S3 API Reference, "PutBucketRequestPayment".
    pub PUT_BUCKET_REQUEST_PAYMENT: PutBucketRequestPayment {
        http: "PUT" "/{Bucket}?requestPayment" 200,
        input: PutRequestPaymentInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketRequestPayment", &input.bucket),
        handler: put_request_payment,
    }
}

fn put_request_payment(cx: &mut OpContext<'_>, input: PutRequestPaymentInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    bucket.requester_pays = match input.configuration.and_then(|given| given.payer).as_deref() {
        Some("Requester") => true,
        Some("BucketOwner") => false,
        Some(_) | None => return Err(errors::malformed_xml()),
    };
    Ok(())
}

operation! {
    /// Tells who pays for requests.
    ///
    /// **Source**: S3 API Reference, "GetBucketRequestPayment".
    pub GET_BUCKET_REQUEST_PAYMENT: GetBucketRequestPayment {
        http: "GET" "/{Bucket}?requestPayment" 200,
        input: BucketInput,
        output: RequestPaymentConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketRequestPayment", &input.bucket),
        handler: get_request_payment,
    }
}

fn get_request_payment(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<RequestPaymentConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let payer = if bucket.requester_pays { "Requester" } else { "BucketOwner" };
    Ok(RequestPaymentConfiguration { payer: Some(payer.to_owned()) })
}

operation! {
    /// Says where access logs go. They are not written.
    ///
    /// **Source**: S3 API Reference, "PutBucketLogging".
    pub PUT_BUCKET_LOGGING: PutBucketLogging {
        http: "PUT" "/{Bucket}?logging" 200,
        input: PutLoggingInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketLogging", &input.bucket),
        handler: put_logging,
    }
}

fn put_logging(cx: &mut OpContext<'_>, input: PutLoggingInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let enabled = input.status.ok_or_else(errors::malformed_xml)?.enabled;
    let logging = match enabled {
        None => None,
        Some(LoggingEnabled { target_bucket: Some(target_bucket), target_prefix }) => {
            if !cx.s3().buckets.contains_key(&target_bucket) {
                return Err(errors::invalid_logging_target(&target_bucket));
            }
            cx.not_simulated("delivery of server access logs");
            Some(Logging { target_bucket, target_prefix: target_prefix.unwrap_or_default() })
        }
        Some(LoggingEnabled { target_bucket: None, .. }) => return Err(errors::malformed_xml()),
    };
    find_bucket(cx, &input.bucket, None)?.logging = logging;
    Ok(())
}

operation! {
    /// Tells where access logs go.
    ///
    /// **Source**: S3 API Reference, "GetBucketLogging".
    pub GET_BUCKET_LOGGING: GetBucketLogging {
        http: "GET" "/{Bucket}?logging" 200,
        input: BucketInput,
        output: BucketLoggingStatus,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketLogging", &input.bucket),
        handler: get_logging,
    }
}

fn get_logging(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<BucketLoggingStatus> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let enabled = bucket.logging.clone().map(|logging| LoggingEnabled {
        target_bucket: Some(logging.target_bucket),
        target_prefix: Some(logging.target_prefix),
    });
    Ok(BucketLoggingStatus { enabled })
}

operation! {
    /// No bucket here replicates: says so as S3 does.
    ///
    /// **Source**: S3 API Reference, "GetBucketReplication".
    pub GET_BUCKET_REPLICATION: GetBucketReplication {
        http: "GET" "/{Bucket}?replication" 200,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetReplicationConfiguration", &input.bucket),
        handler: |cx, input| -> ApiResult<()> {
            find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
            Err(errors::no_replication(&input.bucket))
        },
    }
}

operation! {
    /// There is nothing to delete, which is no error.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketReplication".
    pub DELETE_BUCKET_REPLICATION: DeleteBucketReplication {
        http: "DELETE" "/{Bucket}?replication" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutReplicationConfiguration", &input.bucket),
        handler: |cx, input| find_bucket(cx, &input.bucket, input.expected_owner.as_deref()).map(|_| ()),
    }
}

operation! {
    /// No bucket here has Object Lock: says so as S3 does.
    ///
    /// **Source**: S3 API Reference, "GetObjectLockConfiguration".
    pub GET_OBJECT_LOCK_CONFIGURATION: GetObjectLockConfiguration {
        http: "GET" "/{Bucket}?object-lock" 200,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketObjectLockConfiguration", &input.bucket),
        handler: |cx, input| -> ApiResult<()> {
            find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
            Err(errors::no_object_lock(&input.bucket))
        },
    }
}
