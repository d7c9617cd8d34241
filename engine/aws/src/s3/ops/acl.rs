//! Who owns objects, which ACLs count, and what is public.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{self, find_bucket, to_bucket, to_object};
use crate::s3::events::tell;
use crate::s3::names::canonical_user_id;
use crate::s3::ops::buckets::{BucketInput, Owner};
use crate::s3::ops::tagging::ObjectVersionInput;
use crate::s3::state::{Acl, Bucket, Grant, Grantee, Ownership, Permission, PublicAccessBlock};
use crate::s3::{errors, read};
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// An owner and its grants.
    #[wire(xml = "AccessControlPolicy")]
    pub struct AclOutput {
        #[wire("Owner")] pub owner: Owner,
        #[wire("Grants", xml = "AccessControlList", item = "Grant", required)] pub grants: Vec<GrantShape>,
    }

    /// An ACL as a document.
    pub struct AccessControlPolicy {
        #[wire("Owner")] pub owner: Option<Owner>,
        #[wire("Grants", xml = "AccessControlList", item = "Grant")] pub grants: Option<Vec<GrantShape>>,
    }

    /// A permission for someone.
    pub struct GrantShape {
        #[wire("Grantee", xml_namespace = "http://www.w3.org/2001/XMLSchema-instance", xml_prefix = "xsi")]
        pub grantee: Option<GranteeShape>,
        #[wire("Permission")] pub permission: Option<String>,
    }

    /// Someone.
    pub struct GranteeShape {
        #[wire("Type", xml = "xsi:type", xml_attribute, required)] pub kind: Option<String>,
        #[wire("ID")] pub id: Option<String>,
        #[wire("EmailAddress")] pub email: Option<String>,
        #[wire("URI")] pub uri: Option<String>,
    }

    /// What PutBucketAcl takes.
    pub struct PutBucketAclInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("ACL", header = "x-amz-acl")] pub acl: Option<String>,
        #[wire("AccessControlPolicy", payload)] pub policy: Option<AccessControlPolicy>,
    }

    /// What PutObjectAcl takes.
    pub struct PutObjectAclInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("Key", label)] pub key: String,
        #[wire("VersionId", query = "versionId")] pub version_id: Option<String>,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("ACL", header = "x-amz-acl")] pub acl: Option<String>,
        #[wire("AccessControlPolicy", payload)] pub policy: Option<AccessControlPolicy>,
    }

    /// The rules of object ownership: always one.
    #[wire(xml = "OwnershipControls")]
    pub struct OwnershipControls {
        #[wire("Rules", xml = "Rule", flattened, required)] pub rules: Vec<OwnershipRule>,
    }

    /// Who owns objects.
    pub struct OwnershipRule {
        #[wire("ObjectOwnership", required)] pub object_ownership: Option<String>,
    }

    /// What PutBucketOwnershipControls takes.
    pub struct PutOwnershipControlsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("OwnershipControls", payload)] pub controls: Option<OwnershipControls>,
    }

    /// What GetBucketOwnershipControls answers.
    pub struct OwnershipControlsOutput {
        #[wire("OwnershipControls", payload)] pub controls: OwnershipControls,
    }

    /// The four switches.
    #[wire(xml = "PublicAccessBlockConfiguration")]
    pub struct PublicAccessBlockConfiguration {
        #[wire("BlockPublicAcls")] pub block_public_acls: Option<bool>,
        #[wire("IgnorePublicAcls")] pub ignore_public_acls: Option<bool>,
        #[wire("BlockPublicPolicy")] pub block_public_policy: Option<bool>,
        #[wire("RestrictPublicBuckets")] pub restrict_public_buckets: Option<bool>,
    }

    /// What PutPublicAccessBlock takes.
    pub struct PutPublicAccessBlockInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("PublicAccessBlockConfiguration", payload)]
        pub configuration: Option<PublicAccessBlockConfiguration>,
    }

    /// What GetPublicAccessBlock answers.
    pub struct PublicAccessBlockOutput {
        #[wire("PublicAccessBlockConfiguration", payload)] pub configuration: PublicAccessBlockConfiguration,
    }
}

const PERMISSIONS: [(&str, Permission); 5] = [
    ("FULL_CONTROL", Permission::FullControl),
    ("READ", Permission::Read),
    ("WRITE", Permission::Write),
    ("READ_ACP", Permission::ReadAcp),
    ("WRITE_ACP", Permission::WriteAcp),
];

fn acl_output(cx: &OpContext<'_>, acl: &Acl) -> AclOutput {
    let owner = Owner::of(cx);
    let own = Grant { grantee: Grantee::User(owner.id.clone()), permission: Permission::FullControl };
    let grants = std::iter::once(&own).chain(&acl.grants).map(write_grant).collect();
    AclOutput { owner, grants }
}

fn write_grant(grant: &Grant) -> GrantShape {
    let (kind, id, uri) = match &grant.grantee {
        Grantee::User(id) => ("CanonicalUser", Some(id.clone()), None),
        Grantee::Group(uri) => ("Group", None, Some(uri.clone())),
    };
    let name = PERMISSIONS.iter().find(|(_, permission)| *permission == grant.permission);
    GrantShape {
        grantee: Some(GranteeShape { kind: Some(kind.to_owned()), id, email: None, uri }),
        permission: name.map(|(name, _)| (*name).to_owned()),
    }
}

/// What a request says about an ACL: by a canned name, by `x-amz-grant-…` headers, or by a document.
fn read_acl(
    cx: &mut OpContext<'_>,
    canned: Option<&str>,
    policy: Option<AccessControlPolicy>,
) -> ApiResult<Option<Acl>> {
    let granted: Vec<String> = cx
        .request
        .http
        .headers
        .iter()
        .filter(|(name, _)| name.to_ascii_lowercase().starts_with("x-amz-grant-"))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    if canned.is_some() && !granted.is_empty() {
        return Err(errors::invalid_request("Specifying both Canned ACLs and Header Grants is not allowed"));
    }
    if let Some(name) = canned {
        return access::canned_acl(name)
            .map(Some)
            .ok_or_else(|| errors::invalid_argument("", "x-amz-acl", name));
    }
    if !granted.is_empty() {
        return read_grant_headers(cx, &granted).map(Some);
    }
    let Some(policy) = policy else { return Ok(None) };
    let account = cx.account().to_string();
    let grants = policy.grants.ok_or_else(errors::malformed_acl)?;
    let grants = grants.into_iter().map(read_grant).collect::<ApiResult<Vec<Grant>>>()?;
    // The owner's own full control is always there and is not kept.
    let own = Grantee::User(canonical_user_id(&account));
    Ok(Some(Acl { grants: grants.into_iter().filter(|grant| grant.grantee != own).collect() }))
}

fn read_grant(grant: GrantShape) -> ApiResult<Grant> {
    let permission = PERMISSIONS
        .iter()
        .find(|(name, _)| Some(*name) == grant.permission.as_deref())
        .map(|(_, permission)| *permission)
        .ok_or_else(errors::malformed_acl)?;
    let grantee = grant.grantee.ok_or_else(errors::malformed_acl)?;
    let grantee = match (grantee.id, grantee.uri) {
        (Some(id), _) => Grantee::User(id),
        (None, Some(uri)) => Grantee::Group(uri),
        (None, None) => return Err(errors::malformed_acl()),
    };
    Ok(Grant { grantee, permission })
}

/// `x-amz-grant-read: uri="…", id="…"`
fn read_grant_headers(cx: &OpContext<'_>, names: &[String]) -> ApiResult<Acl> {
    let mut grants = Vec::new();
    for name in names {
        let permission = match name.as_str() {
            "x-amz-grant-full-control" => Permission::FullControl,
            "x-amz-grant-read" => Permission::Read,
            "x-amz-grant-write" => Permission::Write,
            "x-amz-grant-read-acp" => Permission::ReadAcp,
            "x-amz-grant-write-acp" => Permission::WriteAcp,
            _ => continue,
        };
        let value = cx.request.http.headers.get(name).unwrap_or("");
        for part in value.split(',') {
            let (kind, text) = part.trim().split_once('=').unwrap_or(("", ""));
            let text = text.trim_matches('"').to_owned();
            let grantee = match kind {
                "id" => Grantee::User(text),
                "uri" => Grantee::Group(text),
                _ => return Err(errors::invalid_argument("Argument format not recognized", name, value)),
            };
            grants.push(Grant { grantee, permission });
        }
    }
    let own = Grantee::User(canonical_user_id(cx.account().as_str()));
    grants.retain(|grant| grant.grantee != own);
    Ok(Acl { grants })
}

/// The ACL that a new object gets, from the headers of the request that makes it.
///
/// With ACLs disabled only those that give everything to the bucket's owner are accepted.
///
/// **Source**: S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket".
pub fn object_acl(cx: &mut OpContext<'_>, bucket: &str, key: &str, canned: Option<&str>) -> ApiResult<Acl> {
    let acl = read_acl(cx, canned, None)?;
    let given = acl.is_some();
    let acl = acl.unwrap_or_default();
    let Some(bucket) = cx.state().s3.buckets.get(bucket) else { return Err(errors::no_such_bucket(bucket)) };
    let harmless = matches!(canned, None | Some("bucket-owner-full-control")) && acl.grants.is_empty();
    if bucket.owner_enforced() && given && !harmless {
        return Err(errors::acl_not_supported());
    }
    if bucket.blocks().block_public_acls && access::is_public_acl(&acl) {
        let target = format!("{}/{key}", bucket.name);
        return Err(errors::public_access_prevented(cx, "s3:PutObject", &target, "BlockPublicAcls"));
    }
    Ok(acl)
}

/// Checks a new ACL of something that exists: a bucket, or a key in it.
fn acl_to_put(
    cx: &mut OpContext<'_>,
    bucket: &str,
    key: Option<&str>,
    canned: Option<&str>,
    policy: Option<AccessControlPolicy>,
    action: &str,
) -> ApiResult<Acl> {
    let acl = read_acl(cx, canned, policy)?.ok_or_else(|| {
        errors::invalid_request("Your request was missing a required header")
            .with_member("MissingHeaderName", "x-amz-acl")
    })?;
    let Some(bucket) = cx.state().s3.buckets.get(bucket) else { return Err(errors::no_such_bucket(bucket)) };
    let harmless =
        acl.grants.is_empty() && matches!(canned, None | Some("private" | "bucket-owner-full-control"));
    if bucket.owner_enforced() && !(harmless && canned != Some("private")) {
        return Err(errors::acl_not_supported());
    }
    if bucket.blocks().block_public_acls && access::is_public_acl(&acl) {
        let target = key.map_or_else(|| bucket.name.clone(), |key| format!("{}/{key}", bucket.name));
        return Err(errors::public_access_prevented(cx, action, &target, "BlockPublicAcls"));
    }
    Ok(acl)
}

operation! {
    /// Shows a bucket's ACL: the owner's full control, and further grants where ACLs are enabled.
    ///
    /// **Source**: S3 API Reference, "GetBucketAcl".
    pub GET_BUCKET_ACL: GetBucketAcl {
        http: "GET" "/{Bucket}?acl" 200,
        input: BucketInput,
        output: AclOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketAcl", &input.bucket),
        handler: get_bucket_acl,
    }
}

fn get_bucket_acl(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<AclOutput> {
    let acl = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.acl.clone();
    Ok(acl_output(cx, &acl))
}

operation! {
    /// Replaces a bucket's ACL; refused while ACLs are disabled.
    ///
    /// **Source**: S3 API Reference, "PutBucketAcl".
    pub PUT_BUCKET_ACL: PutBucketAcl {
        http: "PUT" "/{Bucket}?acl" 200,
        input: PutBucketAclInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketAcl", &input.bucket),
        handler: put_bucket_acl,
    }
}

fn put_bucket_acl(cx: &mut OpContext<'_>, input: PutBucketAclInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let acl = acl_to_put(cx, &input.bucket, None, input.acl.as_deref(), input.policy, "s3:PutBucketAcl")?;
    find_bucket(cx, &input.bucket, None)?.acl = acl;
    Ok(())
}

operation! {
    /// Shows an object's ACL.
    ///
    /// **Source**: S3 API Reference, "GetObjectAcl".
    pub GET_OBJECT_ACL: GetObjectAcl {
        http: "GET" "/{Bucket}/{Key+}?acl" 200,
        input: ObjectVersionInput,
        output: AclOutput,
        errors: ["NoSuchKey"],
        access: |cx, input| {
            let action = match input.version_id {
                None => "s3:GetObjectAcl",
                Some(_) => "s3:GetObjectVersionAcl",
            };
            to_object(cx, action, &input.bucket, &input.key)
        },
        handler: get_object_acl,
    }
}

fn get_object_acl(cx: &mut OpContext<'_>, input: ObjectVersionInput) -> ApiResult<AclOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let found = read::object(bucket, &input.key, input.version_id.as_deref(), "GET")?;
    let acl = found.object.acl.clone();
    Ok(acl_output(cx, &acl))
}

operation! {
    /// Replaces an object's ACL; refused while ACLs are disabled.
    ///
    /// **Source**: S3 API Reference, "PutObjectAcl".
    pub PUT_OBJECT_ACL: PutObjectAcl {
        http: "PUT" "/{Bucket}/{Key+}?acl" 200,
        input: PutObjectAclInput,
        output: (),
        errors: ["NoSuchKey"],
        access: |cx, input| {
            let action = match input.version_id {
                None => "s3:PutObjectAcl",
                Some(_) => "s3:PutObjectVersionAcl",
            };
            to_object(cx, action, &input.bucket, &input.key)
        },
        handler: put_object_acl,
    }
}

fn put_object_acl(cx: &mut OpContext<'_>, input: PutObjectAclInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    read::object(bucket, &input.key, input.version_id.as_deref(), "PUT")?;
    let key = Some(input.key.as_str());
    let acl = acl_to_put(cx, &input.bucket, key, input.acl.as_deref(), input.policy, "s3:PutObjectAcl")?;
    let bucket = find_bucket(cx, &input.bucket, None)?;
    let mut changed = false;
    read::object_mut(bucket, &input.key, input.version_id.as_deref(), |object| {
        changed = object.acl != acl;
        object.acl = acl;
    })?;
    // An ACL that stays as it was is no event.
    if changed {
        tell(cx, "ObjectAcl:Put", &input.bucket, &input.key, input.version_id.as_deref());
    }
    Ok(())
}

/// Reads an ownership setting.
pub fn read_ownership(text: &str) -> ApiResult<Ownership> {
    match text {
        "BucketOwnerEnforced" => Ok(Ownership::BucketOwnerEnforced),
        "BucketOwnerPreferred" => Ok(Ownership::BucketOwnerPreferred),
        "ObjectWriter" => Ok(Ownership::ObjectWriter),
        _ => Err(errors::invalid_argument(
            &format!("Invalid x-amz-object-ownership header: {text}"),
            "x-amz-object-ownership",
            text,
        )),
    }
}

operation! {
    /// Says who owns objects that others upload, and whether ACLs are enabled.
    ///
    /// **Source**: S3 API Reference, "PutBucketOwnershipControls".
    pub PUT_BUCKET_OWNERSHIP_CONTROLS: PutBucketOwnershipControls {
        http: "PUT" "/{Bucket}?ownershipControls" 200,
        input: PutOwnershipControlsInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketOwnershipControls", &input.bucket),
        handler: put_ownership,
    }
}

fn put_ownership(cx: &mut OpContext<'_>, input: PutOwnershipControlsInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let rules = input.controls.map(|controls| controls.rules).unwrap_or_default();
    let [OwnershipRule { object_ownership: Some(text) }] = rules.as_slice() else {
        return Err(errors::malformed_xml());
    };
    let ownership = read_ownership(text).map_err(|_| errors::malformed_xml())?;
    if ownership == Ownership::BucketOwnerEnforced && !bucket.acl.grants.is_empty() {
        return Err(errors::acl_with_owner_enforced());
    }
    bucket.ownership = Some(ownership);
    Ok(())
}

operation! {
    /// Tells who owns objects.
    ///
    /// **Source**: S3 API Reference, "GetBucketOwnershipControls".
    pub GET_BUCKET_OWNERSHIP_CONTROLS: GetBucketOwnershipControls {
        http: "GET" "/{Bucket}?ownershipControls" 200,
        input: BucketInput,
        output: OwnershipControlsOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketOwnershipControls", &input.bucket),
        handler: get_ownership,
    }
}

fn get_ownership(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<OwnershipControlsOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let name = match bucket.ownership.ok_or_else(|| errors::no_ownership_controls(&input.bucket))? {
        Ownership::BucketOwnerEnforced => "BucketOwnerEnforced",
        Ownership::BucketOwnerPreferred => "BucketOwnerPreferred",
        Ownership::ObjectWriter => "ObjectWriter",
    };
    let rules = vec![OwnershipRule { object_ownership: Some(name.to_owned()) }];
    Ok(OwnershipControlsOutput { controls: OwnershipControls { rules } })
}

operation! {
    /// Removes the setting: objects belong to who writes them, and ACLs count.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketOwnershipControls".
    pub DELETE_BUCKET_OWNERSHIP_CONTROLS: DeleteBucketOwnershipControls {
        http: "DELETE" "/{Bucket}?ownershipControls" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketOwnershipControls", &input.bucket),
        handler: delete_ownership,
    }
}

fn delete_ownership(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.ownership = None;
    Ok(())
}

operation! {
    /// Sets the four switches of S3 Block Public Access for a bucket.
    ///
    /// **Source**: S3 API Reference, "PutPublicAccessBlock".
    pub PUT_PUBLIC_ACCESS_BLOCK: PutPublicAccessBlock {
        http: "PUT" "/{Bucket}?publicAccessBlock" 200,
        input: PutPublicAccessBlockInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketPublicAccessBlock", &input.bucket),
        handler: put_public_access_block,
    }
}

fn put_public_access_block(cx: &mut OpContext<'_>, input: PutPublicAccessBlockInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let given = input.configuration.ok_or_else(errors::malformed_xml)?;
    bucket.public_access_block = Some(PublicAccessBlock {
        block_public_acls: given.block_public_acls.unwrap_or(false),
        ignore_public_acls: given.ignore_public_acls.unwrap_or(false),
        block_public_policy: given.block_public_policy.unwrap_or(false),
        restrict_public_buckets: given.restrict_public_buckets.unwrap_or(false),
    });
    Ok(())
}

operation! {
    /// Shows the four switches.
    ///
    /// **Source**: S3 API Reference, "GetPublicAccessBlock".
    pub GET_PUBLIC_ACCESS_BLOCK: GetPublicAccessBlock {
        http: "GET" "/{Bucket}?publicAccessBlock" 200,
        input: BucketInput,
        output: PublicAccessBlockOutput,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketPublicAccessBlock", &input.bucket),
        handler: get_public_access_block,
    }
}

fn get_public_access_block(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<PublicAccessBlockOutput> {
    let bucket: &Bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let block =
        bucket.public_access_block.ok_or_else(|| errors::no_such_public_access_block(&input.bucket))?;
    let configuration = PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_public_acls),
        ignore_public_acls: Some(block.ignore_public_acls),
        block_public_policy: Some(block.block_public_policy),
        restrict_public_buckets: Some(block.restrict_public_buckets),
    };
    Ok(PublicAccessBlockOutput { configuration })
}

operation! {
    /// Removes the switches: nothing is blocked any more.
    ///
    /// **Source**: S3 API Reference, "DeletePublicAccessBlock".
    pub DELETE_PUBLIC_ACCESS_BLOCK: DeletePublicAccessBlock {
        http: "DELETE" "/{Bucket}?publicAccessBlock" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketPublicAccessBlock", &input.bucket),
        handler: delete_public_access_block,
    }
}

fn delete_public_access_block(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.public_access_block = None;
    Ok(())
}
