//! From a request to the service that answers it.
//!
//! By host name first, as DNS would: a service's endpoint, a bucket's, a website, a function URL, an API.
//! A gateway on a local port has no such names, so there the signature's scope decides, then
//! `X-Amz-Target`, then the API version of a query; what is left is S3 by path.

pub mod names;

use crate::SERVICES;
use crate::service::{DataPlane, DataPlaneKind, ServiceDef};
use nuvola_kernel::Region;
use nuvola_wire::{Protocol, Request, ServiceSchema, uri};

/// Where a request goes.
pub enum Route {
    Api {
        service: &'static ServiceDef,
        region: Region,
        /// The bucket that the host name told, for S3.
        bucket: Option<String>,
    },
    DataPlane {
        service: &'static ServiceDef,
        region: Region,
        target: DataPlane,
    },
    /// A service of AWS that Nuvola does not have.
    NotSimulated {
        endpoint_prefix: String,
        region: Region,
    },
    /// No such host name.
    Unresolved,
}

/// Finds what a request is for. `home` is the region of clients that name none.
pub fn route(request: &Request, home: &Region) -> Route {
    let host = request.host_name().to_ascii_lowercase();
    // Some operations of Step Functions have this before their host's name, whatever that is.
    let host = host.strip_prefix("sync-").map_or(host.clone(), str::to_owned);
    if is_local(&host) {
        return by_content(request, home);
    }
    if let Some(name) = host.strip_suffix(".localhost") {
        return local_name(name, request, home);
    }
    let parsed = host
        .strip_suffix(".amazonaws.com")
        .or_else(|| host.strip_suffix(".on.aws"))
        .or_else(|| host.strip_suffix(".api.aws"))
        .and_then(parse_labels);
    match parsed {
        Some(name) => by_name(&name, request, home),
        None => Route::Unresolved,
    }
}

/// True where a host name says only "this machine": then a request's content must tell the service.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host == "localhost"
        || host == "[::1]"
        || (host != METADATA_HOST && host.parse::<std::net::Ipv4Addr>().is_ok())
}

/// The address of EC2's instance metadata, which answers only inside an instance.
const METADATA_HOST: &str = "169.254.169.254";

/// The former host name of SQS: `REGION.queue.amazonaws.com`.
const OLD_SQS: &str = "queue";

/// A host name of AWS, taken apart: `PREFIX.SERVICE.REGION`.
#[derive(Debug, PartialEq, Eq)]
struct HostName {
    prefix: Option<String>,
    service: String,
    region: Option<Region>,
}

/// Reads the labels before AWS's domain from the right, because bucket names may have dots.
fn parse_labels(name: &str) -> Option<HostName> {
    let mut labels: Vec<&str> = name.split('.').collect();
    if labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    let mut region = labels.last().filter(|label| is_region(label)).map(|label| Region::new(*label));
    if region.is_some() {
        labels.pop();
    }
    if labels.last() == Some(&"dualstack") {
        labels.pop();
    }
    // Older forms join the region with a dash: `s3-REGION`, `s3-website-REGION`.
    let mut service = *labels.last()?;
    for old in ["s3-website-", "s3-"] {
        if let Some(rest) = service.strip_prefix(old).filter(|rest| is_region(rest) && region.is_none()) {
            region = Some(Region::new(rest));
            service = old.strip_suffix('-').expect("each old form ends in a dash");
        }
    }
    labels.pop();
    // Some endpoints have two labels: `api.ecr`, `runtime.sagemaker`.
    let two_labels = labels.last().map(|first| format!("{first}.{service}"));
    if let Some(full) =
        two_labels.filter(|full| names::ENDPOINT_PREFIXES.binary_search(&full.as_str()).is_ok())
    {
        labels.pop();
        return labels.is_empty().then_some(HostName { prefix: None, service: full, region });
    }
    let prefix = (!labels.is_empty()).then(|| labels.join("."));
    Some(HostName { prefix, service: service.to_owned(), region })
}

fn is_region(label: &str) -> bool {
    names::REGIONS.binary_search(&label).is_ok()
}

/// `NAME.localhost`: the same names without region, and otherwise a bucket.
fn local_name(name: &str, request: &Request, home: &Region) -> Route {
    let Some(parsed) = parse_labels(name) else { return Route::Unresolved };
    let known = matches!(parsed.service.as_str(), "s3-website" | "lambda-url" | "execute-api")
        || by_endpoint(&parsed.service).is_some();
    if known {
        return by_name(&parsed, request, home);
    }
    let region = signed_scope(request).map_or_else(|| home.clone(), |scope| scope.region);
    s3_api(region, Some(name.to_owned()))
}

fn by_name(name: &HostName, request: &Request, home: &Region) -> Route {
    let region = name.region.clone();
    let plane = match name.service.as_str() {
        "s3-website" => Some(("s3", DataPlaneKind::Website)),
        "lambda-url" => Some(("lambda", DataPlaneKind::FunctionUrl)),
        "execute-api" => Some(("apigateway", DataPlaneKind::ExecuteApi)),
        _ => None,
    };
    if let (Some((service, kind)), Some(key)) = (plane, &name.prefix) {
        let service = by_endpoint(service).expect("the services of data planes are in the table");
        let region = region.unwrap_or_else(|| home.clone());
        return Route::DataPlane { service, region, target: DataPlane { key: key.clone(), kind } };
    }
    let scope_region = || signed_scope(request).map(|scope| scope.region);
    if name.service == OLD_SQS && region.is_none() {
        // The region stands before it, and us-east-1 has none. The AWS CLI of version 1 still asks there.
        let region = name.prefix.as_deref().unwrap_or("us-east-1");
        return match (is_region(region), by_endpoint("sqs")) {
            (true, Some(service)) => Route::Api { service, region: Region::new(region), bucket: None },
            (_, _) => Route::Unresolved,
        };
    }
    match by_endpoint(&name.service).filter(|_| name.service != "apigatewayv2") {
        Some(service) if name.service == "s3" => {
            // `s3.amazonaws.com` reaches the buckets of every region.
            let region = region.or_else(scope_region).unwrap_or_else(|| home.clone());
            Route::Api { service, region, bucket: name.prefix.clone() }
        }
        Some(service) if name.prefix.is_none() => {
            let service = generation(service, request);
            let region = region.or_else(scope_region).unwrap_or_else(|| home.clone());
            Route::Api { service, region, bucket: None }
        }
        Some(_) => Route::Unresolved,
        None => {
            let exists = names::ENDPOINT_PREFIXES.binary_search(&name.service.as_str()).is_ok();
            if !exists {
                return Route::Unresolved;
            }
            let region = region.unwrap_or_else(|| home.clone());
            Route::NotSimulated { endpoint_prefix: name.service.clone(), region }
        }
    }
}

/// API Gateway V2 has the endpoint of API Gateway, and paths of its own.
fn generation(service: &'static ServiceDef, request: &Request) -> &'static ServiceDef {
    let second = service.schema.endpoint_prefix == "apigateway" && request.path.starts_with("/v2/");
    by_endpoint("apigatewayv2").filter(|_| second).unwrap_or(service)
}

/// The service whose host names begin so.
pub fn by_endpoint(prefix: &str) -> Option<&'static ServiceDef> {
    SERVICES.iter().copied().find(|service| service.schema.endpoint_prefix == prefix)
}

fn s3_api(region: Region, bucket: Option<String>) -> Route {
    let service = by_endpoint("s3").expect("S3 is in the table");
    Route::Api { service, region, bucket }
}

/// What a signature says it is for.
struct Scope {
    region: Region,
    service: String,
}

/// Reads `Credential=KEY/DATE/REGION/SERVICE/aws4_request` from the header or the query.
fn signed_scope(request: &Request) -> Option<Scope> {
    let credential = match request.headers.get("authorization") {
        Some(header) => header.split("Credential=").nth(1)?.split([',', ' ']).next()?.to_owned(),
        None => request.query_get("X-Amz-Credential")?,
    };
    let mut parts = credential.rsplit('/').skip(1);
    let service = parts.next()?.to_owned();
    Some(Scope { region: Region::new(parts.next()?), service })
}

fn by_content(request: &Request, home: &Region) -> Route {
    let scope = signed_scope(request);
    let region = scope.as_ref().map_or_else(|| home.clone(), |scope| scope.region.clone());
    let signed_for = scope.map(|scope| scope.service);
    let named = signed_for.as_deref().map(|name| by_signing_name(name, request));
    match named {
        Some(Some(service)) => {
            return Route::Api { service: generation(service, request), region, bucket: None };
        }
        Some(None) => {
            return Route::NotSimulated { endpoint_prefix: signed_for.unwrap_or_default(), region };
        }
        None => {}
    }
    match by_target(request).or_else(|| by_version(request)) {
        Some(service) => Route::Api { service, region, bucket: None },
        None => s3_api(region, None),
    }
}

/// The service that signs with this name. Two may share one (DynamoDB and its streams): then the target tells.
fn by_signing_name(name: &str, request: &Request) -> Option<&'static ServiceDef> {
    let signs = |service: &&'static ServiceDef| service.schema.signing_name == name;
    by_target(request).filter(signs).or_else(|| SERVICES.iter().copied().find(signs))
}

fn by_target(request: &Request) -> Option<&'static ServiceDef> {
    let (prefix, _) = request.headers.get("x-amz-target")?.rsplit_once('.')?;
    SERVICES.iter().copied().find(|service| service.schema.target_prefix == Some(prefix))
}

/// A query request names its API's version, which differs between the query services.
fn by_version(request: &Request) -> Option<&'static ServiceDef> {
    let version = query_parameter(request, "Version")?;
    let is_query = |protocol| matches!(protocol, Protocol::Query | Protocol::Ec2Query);
    let speaks = |schema: &ServiceSchema| is_query(schema.protocol) && schema.api_version == version;
    SERVICES
        .iter()
        .copied()
        .find(|service| speaks(&service.schema) || service.second.as_ref().is_some_and(speaks))
}

/// A parameter of a query request: in the form of a POST, or in the URI.
pub fn query_parameter(request: &Request, name: &str) -> Option<String> {
    let form = request.body.as_text().filter(|_| is_form(request)).unwrap_or("");
    uri::parse_query(form)
        .into_iter()
        .chain(request.query_pairs())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

fn is_form(request: &Request) -> bool {
    request
        .headers
        .get("content-type")
        .is_some_and(|kind| kind.trim_start().starts_with("application/x-www-form-urlencoded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(host: &str) -> String {
        match route(&Request::new("GET", host, "/"), &Region::default()) {
            Route::Api { service, region, bucket } => {
                let bucket = bucket.map(|name| format!(" {name}")).unwrap_or_default();
                format!("{} {region}{bucket}", service.schema.id)
            }
            Route::DataPlane { target, region, .. } => format!("{:?} {} {region}", target.kind, target.key),
            Route::NotSimulated { endpoint_prefix, region } => format!("lacks {endpoint_prefix} {region}"),
            Route::Unresolved => "unresolved".to_owned(),
        }
    }

    #[test]
    fn host_names_lead_to_services() {
        // Source: AWS General Reference, "AWS service endpoints"; S3 User Guide, "Virtual hosting of
        // general purpose buckets" and "Website endpoints"; Lambda Developer Guide, "Invoking Lambda
        // function URLs"; API Gateway Developer Guide, "Invoke REST APIs in API Gateway".
        for (host, expected) in [
            ("sts.amazonaws.com", "STS eu-south-1"),
            ("sts.us-west-2.amazonaws.com", "STS us-west-2"),
            ("iam.amazonaws.com", "IAM eu-south-1"),
            ("s3.eu-south-1.amazonaws.com", "S3 eu-south-1"),
            ("s3.dualstack.eu-west-1.amazonaws.com", "S3 eu-west-1"),
            ("s3-eu-west-1.amazonaws.com", "S3 eu-west-1"),
            ("My.Bucket.s3.eu-south-1.amazonaws.com", "S3 eu-south-1 my.bucket"),
            ("b.s3.amazonaws.com:443", "S3 eu-south-1 b"),
            ("b.s3-website.eu-south-1.amazonaws.com", "Website b eu-south-1"),
            ("b.s3-website-us-east-1.amazonaws.com", "Website b us-east-1"),
            ("abc.lambda-url.eu-south-1.on.aws", "FunctionUrl abc eu-south-1"),
            ("abc123.execute-api.eu-south-1.amazonaws.com", "ExecuteApi abc123 eu-south-1"),
            // Source: AWS General Reference, "Amazon SQS endpoints and quotas" (legacy endpoints).
            ("sqs.eu-west-1.amazonaws.com", "SQS eu-west-1"),
            ("eu-west-1.queue.amazonaws.com", "SQS eu-west-1"),
            ("queue.amazonaws.com", "SQS us-east-1"),
            ("nowhere.queue.amazonaws.com", "unresolved"),
            ("kinesis.eu-south-1.amazonaws.com", "lacks kinesis eu-south-1"),
            ("api.ecr.eu-south-1.amazonaws.com", "lacks api.ecr eu-south-1"),
            ("lamda.eu-south-1.amazonaws.com", "unresolved"),
            ("lambda.eu-north-9.amazonaws.com", "unresolved"),
            ("example.com", "unresolved"),
            ("169.254.169.254", "unresolved"),
            (".amazonaws.com", "unresolved"),
            ("b.s3.localhost:4566", "S3 eu-south-1 b"),
            ("b.localhost:4566", "S3 eu-south-1 b"),
            ("b.s3-website.localhost:4566", "Website b eu-south-1"),
            ("abc123.execute-api.localhost:4566", "ExecuteApi abc123 eu-south-1"),
            ("localhost:4566", "S3 eu-south-1"),
            ("127.0.0.1:4566", "S3 eu-south-1"),
        ] {
            assert_eq!(tell(host), expected, "{host}");
        }
    }

    #[test]
    fn local_requests_are_routed_by_what_they_carry() {
        // Source: STS API Reference, "Making Query requests"; IAM User Guide, "Elements of an AWS API
        // request signature" (the credential scope).
        let route_of = |name: &str, value: &str, body: &str| {
            let mut request = Request::new("POST", "localhost:4566", "/");
            request.headers.set("Content-Type", "application/x-www-form-urlencoded");
            request.headers.set(name, value);
            request.body = body.into();
            match route(&request, &Region::default()) {
                Route::Api { service, region, .. } => format!("{} {region}", service.schema.id),
                Route::DataPlane { .. } | Route::NotSimulated { .. } | Route::Unresolved => {
                    "other".to_owned()
                }
            }
        };
        let scope = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/logs/aws4_request, SignedHeaders=host";
        assert_eq!(route_of("Authorization", scope, ""), "CloudWatch Logs eu-west-1");
        assert_eq!(route_of("X-Amz-Target", "Logs_20140328.PutLogEvents", ""), "CloudWatch Logs eu-south-1");
        let query = "Action=GetCallerIdentity&Version=2011-06-15";
        assert_eq!(route_of("X-Other", "", query), "STS eu-south-1");
        // Source: SQS Developer Guide, "Constructing endpoints" (both protocols at one endpoint).
        assert_eq!(route_of("X-Amz-Target", "AmazonSQS.ListQueues", ""), "SQS eu-south-1");
        assert_eq!(route_of("X-Other", "", "Action=ListQueues&Version=2012-11-05"), "SQS eu-south-1");
    }
}
