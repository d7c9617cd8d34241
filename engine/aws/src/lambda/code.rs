//! The deployment package of a request: in the request itself, or in S3.

use crate::context::OpContext;
use crate::s3;
use crate::service::{ApiResult, Outcome};
use nuvola_kernel::Blob;
use nuvola_wire::{Structure, Value};

use super::errors;
use super::package::{self, PackageError};

/// Where a request says that the package is.
pub struct CodeSource {
    pub zip_file: Option<Blob>,
    pub s3_bucket: Option<String>,
    pub s3_key: Option<String>,
    pub s3_object_version: Option<String>,
    pub image_uri: Option<String>,
}

impl CodeSource {
    /// Fetches and checks the package.
    pub fn fetch(self, cx: &mut OpContext<'_>, operation: &str) -> ApiResult<Blob> {
        if self.image_uri.is_some() {
            return Err(errors::not_simulated(cx, "functions from container images"));
        }
        let code = match (self.zip_file, self.s3_bucket, self.s3_key) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                let text = "Please do not provide other FunctionCode parameters when providing a ZipFile.";
                return Err(errors::invalid_parameter(text));
            }
            (Some(code), None, None) => code,
            (None, Some(bucket), Some(key)) => from_s3(cx, &bucket, &key, self.s3_object_version.as_deref())?,
            (None, Some(_), None) | (None, None, Some(_)) => {
                return Err(errors::invalid_parameter("S3Bucket and S3Key are both required."));
            }
            (None, None, None) => {
                return Err(errors::invalid_parameter("Please provide a source for function code."));
            }
        };
        match package::check(&code) {
            Ok(()) => Ok(code),
            Err(PackageError::Empty) => Err(errors::empty_zip()),
            Err(PackageError::NotZip) => Err(errors::not_a_zip()),
            Err(PackageError::TooLargeZipped) => Err(errors::zip_too_large(operation)),
            Err(PackageError::TooLargeUnzipped) => Err(errors::unzipped_too_large()),
        }
    }
}

/// Lambda reads the object in the name of whoever asks for the function: through S3's own operation.
fn from_s3(cx: &mut OpContext<'_>, bucket: &str, key: &str, version: Option<&str>) -> ApiResult<Blob> {
    let operation = s3::SERVICE.operation("GetObject").expect("S3 has GetObject");
    let mut input = Structure::new();
    input.insert("Bucket", Value::String(bucket.to_owned()));
    input.insert("Key", Value::String(key.to_owned()));
    if let Some(version) = version {
        input.insert("VersionId", Value::String(version.to_owned()));
    }
    // The answer's headers are S3's, not ours.
    let service = cx.service.replace(&s3::SERVICE);
    let headers = std::mem::take(&mut cx.response_headers);
    let outcome = (operation.run)(cx, input);
    cx.service = service;
    cx.response_headers = headers;
    match outcome {
        Ok(Outcome::Done(mut output)) => match output.remove("Body") {
            Some(Value::Blob(code)) => Ok(code),
            Some(_) | None => Ok(Blob::default()),
        },
        Ok(Outcome::Later) => unreachable!("S3 answers at once"),
        Err(error) if error.status == 403 => {
            Err(errors::access_denied_to_code(&format!("{bucket}/{key}"), &error.message))
        }
        Err(error) => Err(errors::code_from_s3(&error.code, &error.message)),
    }
}
