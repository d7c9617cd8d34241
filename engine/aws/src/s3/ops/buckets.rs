//! Creating, finding, listing and deleting buckets.

use crate::auth::Access;
use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{self, find_bucket, to_bucket};
use crate::s3::names::{canonical_user_id, is_valid_bucket_name, region_of_constraint};
use crate::s3::state::{Bucket, Ownership};
use crate::s3::{errors, limits, tokens};
use crate::service::ApiResult;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::shape;

shape! {
    /// What CreateBucket takes.
    pub struct CreateBucketInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ACL", header = "x-amz-acl")] pub acl: Option<String>,
        #[wire("ObjectOwnership", header = "x-amz-object-ownership")] pub object_ownership: Option<String>,
        #[wire("ObjectLockEnabledForBucket", header = "x-amz-bucket-object-lock-enabled")]
        pub object_lock_enabled: Option<bool>,
        #[wire("CreateBucketConfiguration", payload)] pub configuration: Option<CreateBucketConfiguration>,
    }

    /// Where a bucket goes, and its first tags.
    pub struct CreateBucketConfiguration {
        #[wire("LocationConstraint")] pub location_constraint: Option<String>,
        #[wire("Tags", item = "Tag")] pub tags: Vec<crate::s3::ops::tagging::Tag>,
    }

    /// What CreateBucket answers.
    pub struct CreateBucketOutput {
        #[wire("Location", header = "Location")] pub location: String,
        #[wire("BucketArn", header = "x-amz-bucket-arn")] pub bucket_arn: String,
    }

    /// A bucket, and the account that it is expected to belong to.
    pub struct BucketInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
    }

    /// What HeadBucket answers.
    pub struct HeadBucketOutput {
        #[wire("BucketArn", header = "x-amz-bucket-arn")] pub bucket_arn: String,
        #[wire("BucketRegion", header = "x-amz-bucket-region")] pub bucket_region: String,
        #[wire("AccessPointAlias", header = "x-amz-access-point-alias")] pub access_point_alias: bool,
    }

    /// A document that the codec has no table for.
    pub struct RawDocument {
        #[wire("Document", payload)] pub document: Blob,
    }

    /// What ListBuckets takes.
    pub struct ListBucketsInput {
        #[wire("MaxBuckets", query = "max-buckets")] pub max_buckets: Option<i64>,
        #[wire("ContinuationToken", query = "continuation-token")] pub continuation_token: Option<String>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
        #[wire("BucketRegion", query = "bucket-region")] pub bucket_region: Option<String>,
    }

    /// What ListBuckets answers.
    #[wire(xml = "ListAllMyBucketsResult")]
    pub struct ListBucketsOutput {
        #[wire("Owner")] pub owner: Owner,
        #[wire("Buckets", item = "Bucket", required)] pub buckets: Vec<BucketEntry>,
        #[wire("ContinuationToken")] pub continuation_token: Option<String>,
        #[wire("Prefix")] pub prefix: Option<String>,
    }

    /// A bucket in a list.
    pub struct BucketEntry {
        #[wire("Name")] pub name: String,
        #[wire("CreationDate")] pub creation_date: Timestamp,
        #[wire("BucketRegion")] pub bucket_region: Option<String>,
        #[wire("BucketArn")] pub bucket_arn: Option<String>,
    }

    /// An account, by its canonical user id.
    pub struct Owner {
        #[wire("ID")] pub id: String,
    }
}

impl Owner {
    /// The account as owner.
    pub fn of(cx: &OpContext<'_>) -> Self {
        Owner { id: canonical_user_id(cx.account().as_str()) }
    }
}

operation! {
    /// Creates a bucket in the region of the endpoint that is asked.
    ///
    /// **Source**: S3 API Reference, "CreateBucket".
    pub CREATE_BUCKET: CreateBucket {
        http: "PUT" "/{Bucket}" 200,
        input: CreateBucketInput,
        output: CreateBucketOutput,
        errors: ["BucketAlreadyExists", "BucketAlreadyOwnedByYou"],
        access: |_, input| Access::to("s3:CreateBucket", format!("arn:aws:s3:::{}", input.bucket)),
        handler: create_bucket,
    }
}

fn create_bucket(cx: &mut OpContext<'_>, input: CreateBucketInput) -> ApiResult<CreateBucketOutput> {
    let name = input.bucket.as_str();
    if !is_valid_bucket_name(name) {
        return Err(errors::invalid_bucket_name(name));
    }
    let configuration = input.configuration.unwrap_or_default();
    let region = region_for(cx, configuration.location_constraint.as_deref())?;
    let ownership = match input.object_ownership.as_deref() {
        None => Ownership::BucketOwnerEnforced,
        Some(text) => super::acl::read_ownership(text)?,
    };
    let account = cx.account().to_string();
    let acl = match input.acl.as_deref() {
        None => Default::default(),
        Some(name) => access::canned_acl(name)
            .ok_or_else(|| errors::invalid_argument("Invalid canned ACL", "x-amz-acl", name))?,
    };
    if ownership == Ownership::BucketOwnerEnforced && !acl.grants.is_empty() {
        return Err(errors::acl_with_owner_enforced());
    }
    // A new bucket blocks public ACLs before anyone could say otherwise.
    if access::is_public_acl(&acl) {
        return Err(errors::public_access_prevented(cx, "s3:CreateBucket", name, "BlockPublicAcls"));
    }
    let tags = super::tagging::read_tags(configuration.tags, limits::MAX_BUCKET_TAGS, "Bucket")?;
    if input.object_lock_enabled == Some(true) {
        cx.not_simulated("Object Lock (`ObjectLockEnabledForBucket` of CreateBucket)");
    }
    let output = CreateBucketOutput {
        location: location_of(name, &region),
        bucket_arn: format!("arn:aws:s3:::{name}"),
    };
    let now = Timestamp(cx.now_ms - cx.now_ms.rem_euclid(1000));
    match cx.s3().buckets.get(name) {
        // The first region lets its owner create a bucket again, as it always has.
        Some(bucket)
            if bucket.owner_account == account && bucket.region == "us-east-1" && region == "us-east-1" =>
        {
            return Ok(output);
        }
        Some(bucket) if bucket.owner_account == account => {
            return Err(errors::bucket_already_owned_by_you(name));
        }
        Some(_) => return Err(errors::bucket_already_exists(name)),
        None => {}
    }
    if cx.s3().buckets.len() >= limits::MAX_BUCKETS {
        return Err(errors::too_many_buckets());
    }
    let mut bucket = Bucket::new(name, &account, &region, now);
    bucket.ownership = Some(ownership);
    bucket.acl = acl;
    bucket.tags = (!tags.is_empty()).then_some(tags);
    cx.s3().buckets.insert(name.to_owned(), bucket);
    Ok(output)
}

/// **Source**: API reference, "CreateBucket", `LocationConstraint`.
fn region_for(cx: &OpContext<'_>, constraint: Option<&str>) -> ApiResult<String> {
    let asked = cx.region.as_str();
    let constraint = constraint.unwrap_or("");
    match (asked, constraint) {
        ("us-east-1", "") => Ok(asked.to_owned()),
        (_, "") => Err(errors::illegal_location_constraint("unspecified")),
        (_, constraint) => {
            let region = region_of_constraint(constraint)
                .ok_or_else(|| errors::invalid_location_constraint(constraint))?;
            if asked == "us-east-1" || asked == region {
                Ok(region.to_owned())
            } else {
                Err(errors::illegal_location_constraint(constraint))
            }
        }
    }
}

fn location_of(name: &str, region: &str) -> String {
    match region {
        "us-east-1" => format!("/{name}"),
        _ => format!("http://{name}.s3.amazonaws.com/"),
    }
}

operation! {
    /// Says whether a bucket exists and may be read, and where it is.
    ///
    /// **Source**: S3 API Reference, "HeadBucket".
    pub HEAD_BUCKET: HeadBucket {
        http: "HEAD" "/{Bucket}" 200,
        input: BucketInput,
        output: HeadBucketOutput,
        errors: ["NoSuchBucket"],
        access: |cx, input| to_bucket(cx, "s3:ListBucket", &input.bucket),
        handler: head_bucket,
    }
}

fn head_bucket(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<HeadBucketOutput> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    Ok(HeadBucketOutput {
        bucket_arn: format!("arn:aws:s3:::{}", bucket.name),
        bucket_region: bucket.region.clone(),
        access_point_alias: false,
    })
}

operation! {
    /// Deletes a bucket that holds nothing.
    ///
    /// **Source**: S3 API Reference, "DeleteBucket".
    pub DELETE_BUCKET: DeleteBucket {
        http: "DELETE" "/{Bucket}" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:DeleteBucket", &input.bucket),
        handler: delete_bucket,
    }
}

fn delete_bucket(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    use crate::s3::state::Versioning;
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    // Uploads in progress do not hold a bucket back: they go with it.
    if !bucket.objects.is_empty() {
        return Err(errors::bucket_not_empty(&input.bucket, bucket.versioning != Versioning::Unversioned));
    }
    cx.s3().buckets.remove(&input.bucket);
    Ok(())
}

operation! {
    /// Lists the account's buckets, of all regions unless one is asked for.
    ///
    /// **Source**: S3 API Reference, "ListBuckets".
    pub LIST_BUCKETS: ListBuckets {
        http: "GET" "/" 200,
        input: ListBucketsInput,
        output: ListBucketsOutput,
        errors: [],
        access: |_, _| Access::to("s3:ListAllMyBuckets", "*"),
        handler: list_buckets,
    }
}

fn list_buckets(cx: &mut OpContext<'_>, input: ListBucketsInput) -> ApiResult<ListBucketsOutput> {
    let max = input.max_buckets.unwrap_or(limits::MAX_LISTED_BUCKETS);
    if !(1..=limits::MAX_LISTED_BUCKETS).contains(&max) {
        return Err(errors::invalid_argument(
            "Argument max-buckets must be an integer between 1 and 10000",
            "max-buckets",
            &max.to_string(),
        ));
    }
    let after = match input.continuation_token.as_deref() {
        None => String::new(),
        Some(token) => tokens::read(token)?,
    };
    // The region is shown to those who use one of the parameters.
    let paged = input.max_buckets.is_some()
        || input.continuation_token.is_some()
        || input.prefix.is_some()
        || input.bucket_region.is_some();
    let owner = Owner::of(cx);
    let account = cx.account().to_string();
    let prefix = input.prefix.clone().unwrap_or_default();
    let mut matching = cx.s3().buckets.values().filter(|bucket| {
        bucket.owner_account == account
            && bucket.name.starts_with(&prefix)
            && bucket.name > after
            && input.bucket_region.as_ref().is_none_or(|region| bucket.region == *region)
    });
    let buckets: Vec<BucketEntry> = matching
        .by_ref()
        .take(max as usize)
        .map(|bucket| BucketEntry {
            name: bucket.name.clone(),
            creation_date: bucket.created_at,
            bucket_region: paged.then(|| bucket.region.clone()),
            bucket_arn: Some(format!("arn:aws:s3:::{}", bucket.name)),
        })
        .collect();
    let continuation_token =
        matching.next().and_then(|_| buckets.last()).map(|last| tokens::write(&last.name));
    Ok(ListBucketsOutput { owner, buckets, continuation_token, prefix: input.prefix })
}

operation! {
    /// Tells a bucket's region; the answer for `us-east-1` is empty.
    ///
    /// **Source**: S3 API Reference, "GetBucketLocation".
    pub GET_BUCKET_LOCATION: GetBucketLocation {
        http: "GET" "/{Bucket}?location" 200,
        input: BucketInput,
        output: RawDocument,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketLocation", &input.bucket),
        handler: get_bucket_location,
    }
}

fn get_bucket_location(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<RawDocument> {
    // Any region's endpoint tells where a bucket is.
    let bucket = cx.s3().buckets.get(&input.bucket).ok_or_else(|| errors::no_such_bucket(&input.bucket))?;
    let constraint = if bucket.region == "us-east-1" { "" } else { bucket.region.as_str() };
    // The root element itself holds the text, which no structure can say.
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{constraint}</LocationConstraint>"
    );
    cx.response_headers.set("Content-Type", "application/xml");
    Ok(RawDocument { document: document.into() })
}
