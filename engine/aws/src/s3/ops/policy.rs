//! Bucket policies.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, is_public_acl, to_bucket};
use crate::s3::ops::buckets::{BucketInput, RawDocument};
use crate::s3::{errors, policy};
use crate::service::ApiResult;
use nuvola_kernel::Blob;
use nuvola_wire::shape;

shape! {
    /// What PutBucketPolicy takes.
    pub struct PutBucketPolicyInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("Policy", payload)] pub policy: Option<Blob>,
    }

    /// Whether a bucket is public.
    #[wire(xml = "PolicyStatus")]
    pub struct PolicyStatus {
        #[wire("IsPublic")] pub is_public: bool,
    }

    /// What GetBucketPolicyStatus answers.
    pub struct PolicyStatusOutput {
        #[wire("PolicyStatus", payload)] pub status: PolicyStatus,
    }
}

operation! {
    /// Sets the policy that says who may do what with a bucket.
    ///
    /// **Source**: S3 API Reference, "PutBucketPolicy".
    pub PUT_BUCKET_POLICY: PutBucketPolicy {
        http: "PUT" "/{Bucket}?policy" 204,
        input: PutBucketPolicyInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketPolicy", &input.bucket),
        handler: put_policy,
    }
}

fn put_policy(cx: &mut OpContext<'_>, input: PutBucketPolicyInput) -> ApiResult<()> {
    let name = input.bucket.as_str();
    let bucket = find_bucket(cx, name, input.expected_owner.as_deref())?;
    let blocks_public = bucket.blocks().block_public_policy;
    let body = input.policy.filter(|body| !body.is_empty()).ok_or_else(errors::missing_request_body)?;
    let text = body.as_text().ok_or_else(|| {
        errors::malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    })?;
    policy::validate(text, name)?;
    if blocks_public && policy::is_public(text) {
        return Err(errors::public_access_prevented(cx, "s3:PutBucketPolicy", name, "BlockPublicPolicy"));
    }
    find_bucket(cx, name, None)?.policy = Some(text.to_owned());
    Ok(())
}

operation! {
    /// Shows a bucket's policy, as it was put.
    ///
    /// **Source**: S3 API Reference, "GetBucketPolicy".
    pub GET_BUCKET_POLICY: GetBucketPolicy {
        http: "GET" "/{Bucket}?policy" 200,
        input: BucketInput,
        output: RawDocument,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketPolicy", &input.bucket),
        handler: get_policy,
    }
}

fn get_policy(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<RawDocument> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let text = bucket.policy.clone().ok_or_else(|| errors::no_such_bucket_policy(&input.bucket))?;
    cx.response_headers.set("Content-Type", "application/json");
    Ok(RawDocument { document: text.into() })
}

operation! {
    /// Removes a bucket's policy; it is no error if there was none.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketPolicy".
    pub DELETE_BUCKET_POLICY: DeleteBucketPolicy {
        http: "DELETE" "/{Bucket}?policy" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:DeleteBucketPolicy", &input.bucket),
        handler: delete_policy,
    }
}

fn delete_policy(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.policy = None;
    Ok(())
}

operation! {
    /// Tells whether a bucket's policy makes it public.
    ///
    /// **Source**: S3 API Reference, "GetBucketPolicyStatus".
    pub GET_BUCKET_POLICY_STATUS: GetBucketPolicyStatus {
        http: "GET" "/{Bucket}?policyStatus" 200,
        input: BucketInput,
        output: PolicyStatusOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketPolicyStatus", &input.bucket),
        handler: get_policy_status,
    }
}

fn get_policy_status(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<PolicyStatusOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let text = bucket.policy.as_ref().ok_or_else(|| errors::no_such_bucket_policy(&input.bucket))?;
    let blocks = bucket.blocks();
    let by_policy = policy::is_public(text) && !blocks.restrict_public_buckets;
    let by_acl = is_public_acl(&bucket.acl) && !blocks.ignore_public_acls && !bucket.owner_enforced();
    Ok(PolicyStatusOutput { status: PolicyStatus { is_public: by_policy || by_acl } })
}
