//! Website and CORS configurations.

use crate::context::OpContext;
use crate::operation;
use crate::s3::access::{find_bucket, to_bucket};
use crate::s3::cors::{self, CorsRule};
use crate::s3::errors;
use crate::s3::ops::buckets::BucketInput;
use crate::s3::website::{self, RoutingRule, RuleRedirect, Website};
use crate::service::ApiResult;
use nuvola_wire::shape;

shape! {
    /// How a bucket acts as a website.
    #[wire(xml = "WebsiteConfiguration")]
    pub struct WebsiteConfiguration {
        #[wire("IndexDocument")] pub index_document: Option<IndexDocument>,
        #[wire("ErrorDocument")] pub error_document: Option<ErrorDocument>,
        #[wire("RedirectAllRequestsTo")] pub redirect_all: Option<RedirectAllRequestsTo>,
        #[wire("RoutingRules", item = "RoutingRule")] pub routing_rules: Option<Vec<RoutingRuleShape>>,
    }

    /// The document that stands for a folder.
    pub struct IndexDocument {
        #[wire("Suffix", required)] pub suffix: Option<String>,
    }

    /// The document that is shown when something goes wrong.
    pub struct ErrorDocument {
        #[wire("Key", required)] pub key: Option<String>,
    }

    /// Another host that answers everything.
    pub struct RedirectAllRequestsTo {
        #[wire("HostName", required)] pub host_name: Option<String>,
        #[wire("Protocol")] pub protocol: Option<String>,
    }

    /// A redirect and when it applies.
    pub struct RoutingRuleShape {
        #[wire("Condition")] pub condition: Option<Condition>,
        #[wire("Redirect", required)] pub redirect: Option<Redirect>,
    }

    /// When a redirect applies.
    pub struct Condition {
        #[wire("HttpErrorCodeReturnedEquals")] pub error_code: Option<String>,
        #[wire("KeyPrefixEquals")] pub key_prefix: Option<String>,
    }

    /// Where a redirect goes.
    pub struct Redirect {
        #[wire("HostName")] pub host_name: Option<String>,
        #[wire("HttpRedirectCode")] pub redirect_code: Option<String>,
        #[wire("Protocol")] pub protocol: Option<String>,
        #[wire("ReplaceKeyPrefixWith")] pub replace_prefix: Option<String>,
        #[wire("ReplaceKeyWith")] pub replace_key: Option<String>,
    }

    /// What PutBucketWebsite takes.
    pub struct PutBucketWebsiteInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("WebsiteConfiguration", payload)] pub configuration: Option<WebsiteConfiguration>,
    }

    /// A bucket's CORS rules.
    #[wire(xml = "CORSConfiguration")]
    pub struct CorsConfiguration {
        #[wire("CORSRules", xml = "CORSRule", flattened, required)] pub rules: Vec<CorsRuleShape>,
    }

    /// A CORS rule.
    pub struct CorsRuleShape {
        #[wire("ID")] pub id: Option<String>,
        #[wire("AllowedHeaders", xml = "AllowedHeader", flattened)] pub allowed_headers: Vec<String>,
        #[wire("AllowedMethods", xml = "AllowedMethod", flattened)] pub allowed_methods: Vec<String>,
        #[wire("AllowedOrigins", xml = "AllowedOrigin", flattened)] pub allowed_origins: Vec<String>,
        #[wire("ExposeHeaders", xml = "ExposeHeader", flattened)] pub expose_headers: Vec<String>,
        #[wire("MaxAgeSeconds")] pub max_age_s: Option<i64>,
    }

    /// What PutBucketCors takes.
    pub struct PutBucketCorsInput {
        #[wire("Bucket", label)] pub bucket: String,
        #[wire("ExpectedBucketOwner", header = "x-amz-expected-bucket-owner")]
        pub expected_owner: Option<String>,
        #[wire("CORSConfiguration", payload)] pub configuration: Option<CorsConfiguration>,
    }
}

operation! {
    /// Makes a bucket a website.
    ///
    /// **Source**: S3 API Reference, "PutBucketWebsite".
    pub PUT_BUCKET_WEBSITE: PutBucketWebsite {
        http: "PUT" "/{Bucket}?website" 200,
        input: PutBucketWebsiteInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketWebsite", &input.bucket),
        handler: put_website,
    }
}

fn put_website(cx: &mut OpContext<'_>, input: PutBucketWebsiteInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let site = read_website(input.configuration.ok_or_else(errors::malformed_xml)?)?;
    website::validate(&site)?;
    bucket.website = Some(site);
    Ok(())
}

fn read_website(given: WebsiteConfiguration) -> ApiResult<Website> {
    let protocol = |protocol: Option<String>| match protocol.as_deref() {
        None | Some("http" | "https") => Ok(protocol),
        Some(other) => Err(errors::invalid_request(&format!(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected \
             automatically. (was {other})"
        ))),
    };
    if let Some(all) = given.redirect_all {
        if given.index_document.is_some() || given.error_document.is_some() || given.routing_rules.is_some() {
            return Err(errors::invalid_argument(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                "RedirectAllRequestsTo",
                "not null",
            ));
        }
        let host = all.host_name.ok_or_else(errors::malformed_xml)?;
        return Ok(Website::RedirectAll { host, protocol: protocol(all.protocol)? });
    }
    let index = given.index_document.ok_or_else(|| {
        errors::invalid_argument(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            "IndexDocument",
            "null",
        )
    })?;
    let error_key = match given.error_document {
        None => None,
        Some(document) => Some(document.key.filter(|key| !key.is_empty()).ok_or_else(errors::malformed_xml)?),
    };
    let rule = |rule: RoutingRuleShape| -> ApiResult<RoutingRule> {
        let redirect = rule.redirect.ok_or_else(errors::malformed_xml)?;
        let has_condition = rule.condition.is_some();
        let condition = rule.condition.unwrap_or_default();
        Ok(RoutingRule {
            key_prefix: condition.key_prefix,
            error_code: read_code(condition.error_code)?,
            has_condition,
            redirect: RuleRedirect {
                host: redirect.host_name,
                code: read_code(redirect.redirect_code)?,
                protocol: protocol(redirect.protocol)?,
                replace_prefix: redirect.replace_prefix,
                replace_key: redirect.replace_key,
            },
        })
    };
    let rules = given.routing_rules.unwrap_or_default().into_iter().map(rule).collect::<ApiResult<_>>()?;
    Ok(Website::Documents { index_suffix: index.suffix.unwrap_or_default(), error_key, rules })
}

fn read_code(text: Option<String>) -> ApiResult<Option<u16>> {
    text.map(|text| text.parse().map_err(|_| errors::malformed_xml())).transpose()
}

operation! {
    /// Shows how a bucket acts as a website.
    ///
    /// **Source**: S3 API Reference, "GetBucketWebsite".
    pub GET_BUCKET_WEBSITE: GetBucketWebsite {
        http: "GET" "/{Bucket}?website" 200,
        input: BucketInput,
        output: WebsiteConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketWebsite", &input.bucket),
        handler: get_website,
    }
}

fn get_website(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<WebsiteConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let site = bucket.website.clone().ok_or_else(|| errors::no_such_website(&input.bucket))?;
    Ok(match site {
        Website::RedirectAll { host, protocol } => WebsiteConfiguration {
            redirect_all: Some(RedirectAllRequestsTo { host_name: Some(host), protocol }),
            ..WebsiteConfiguration::default()
        },
        Website::Documents { index_suffix, error_key, rules } => WebsiteConfiguration {
            index_document: Some(IndexDocument { suffix: Some(index_suffix) }),
            error_document: error_key.map(|key| ErrorDocument { key: Some(key) }),
            routing_rules: (!rules.is_empty()).then(|| rules.into_iter().map(write_rule).collect()),
            redirect_all: None,
        },
    })
}

fn write_rule(rule: RoutingRule) -> RoutingRuleShape {
    let condition =
        Condition { error_code: rule.error_code.map(|code| code.to_string()), key_prefix: rule.key_prefix };
    RoutingRuleShape {
        condition: rule.has_condition.then_some(condition),
        redirect: Some(Redirect {
            host_name: rule.redirect.host,
            redirect_code: rule.redirect.code.map(|code| code.to_string()),
            protocol: rule.redirect.protocol,
            replace_prefix: rule.redirect.replace_prefix,
            replace_key: rule.redirect.replace_key,
        }),
    }
}

operation! {
    /// Ends a bucket's being a website; it is no error if it was none.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketWebsite".
    pub DELETE_BUCKET_WEBSITE: DeleteBucketWebsite {
        http: "DELETE" "/{Bucket}?website" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:DeleteBucketWebsite", &input.bucket),
        handler: delete_website,
    }
}

fn delete_website(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.website = None;
    Ok(())
}

operation! {
    /// Sets a bucket's CORS rules.
    ///
    /// **Source**: S3 API Reference, "PutBucketCors".
    pub PUT_BUCKET_CORS: PutBucketCors {
        http: "PUT" "/{Bucket}?cors" 200,
        input: PutBucketCorsInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketCORS", &input.bucket),
        handler: put_cors,
    }
}

fn put_cors(cx: &mut OpContext<'_>, input: PutBucketCorsInput) -> ApiResult<()> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let given = input.configuration.ok_or_else(errors::malformed_xml)?;
    let rules: Vec<CorsRule> = given
        .rules
        .into_iter()
        .map(|rule| CorsRule {
            id: rule.id,
            allowed_headers: rule.allowed_headers,
            allowed_methods: rule.allowed_methods,
            allowed_origins: rule.allowed_origins,
            expose_headers: rule.expose_headers,
            max_age_s: rule.max_age_s,
        })
        .collect();
    cors::validate(&rules)?;
    bucket.cors = Some(rules);
    Ok(())
}

operation! {
    /// Shows a bucket's CORS rules.
    ///
    /// **Source**: S3 API Reference, "GetBucketCors".
    pub GET_BUCKET_CORS: GetBucketCors {
        http: "GET" "/{Bucket}?cors" 200,
        input: BucketInput,
        output: CorsConfiguration,
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:GetBucketCORS", &input.bucket),
        handler: get_cors,
    }
}

fn get_cors(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<CorsConfiguration> {
    let bucket = find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?;
    let rules = bucket.cors.clone().ok_or_else(|| errors::no_such_cors(&input.bucket))?;
    let write = |rule: CorsRule| CorsRuleShape {
        id: rule.id,
        allowed_headers: rule.allowed_headers,
        allowed_methods: rule.allowed_methods,
        allowed_origins: rule.allowed_origins,
        expose_headers: rule.expose_headers,
        max_age_s: rule.max_age_s,
    };
    Ok(CorsConfiguration { rules: rules.into_iter().map(write).collect() })
}

operation! {
    /// Removes a bucket's CORS rules.
    ///
    /// **Source**: S3 API Reference, "DeleteBucketCors".
    pub DELETE_BUCKET_CORS: DeleteBucketCors {
        http: "DELETE" "/{Bucket}?cors" 204,
        input: BucketInput,
        output: (),
        errors: [],
        access: |cx, input| to_bucket(cx, "s3:PutBucketCORS", &input.bucket),
        handler: delete_cors,
    }
}

fn delete_cors(cx: &mut OpContext<'_>, input: BucketInput) -> ApiResult<()> {
    find_bucket(cx, &input.bucket, input.expected_owner.as_deref())?.cors = None;
    Ok(())
}
