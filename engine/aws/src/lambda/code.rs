//! The deployment package of a request: in the request itself, or in S3.

use crate::context::OpContext;
use crate::service::ApiResult;
use nuvola_kernel::Blob;

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

/// Lambda reads the object in the name of whoever asks for the function.
fn from_s3(cx: &mut OpContext<'_>, _bucket: &str, _key: &str, _version: Option<&str>) -> ApiResult<Blob> {
    Err(errors::not_simulated(cx, "packages in S3"))
}
