//! Amazon Resource Names, accounts and regions.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! text_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                $name(text.into())
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_newtype!(
    /// An AWS account: twelve digits.
    AccountId
);
text_newtype!(
    /// A region's code, such as `eu-south-1`.
    Region
);
text_newtype!(
    /// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
    Arn
);

impl Default for AccountId {
    fn default() -> Self {
        AccountId::new(crate::DEFAULT_ACCOUNT)
    }
}

impl Default for Region {
    fn default() -> Self {
        Region::new(crate::DEFAULT_REGION)
    }
}

impl Arn {
    /// Builds an ARN of the `aws` partition; `region` and `account` may be empty, as in S3's and IAM's.
    pub fn build(service: &str, region: &str, account: &str, resource: &str) -> Self {
        Arn(format!("arn:aws:{service}:{region}:{account}:{resource}"))
    }

    /// Reads an ARN: six parts, the first `arn`; the resource may hold further colons.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let well_formed =
            parts.len() == 6 && parts[0] == "arn" && !parts[1].is_empty() && !parts[2].is_empty();
        (well_formed && !parts[5].is_empty()).then(|| Arn(text.to_owned()))
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or("")
    }

    pub fn service(&self) -> &str {
        self.part(2)
    }

    pub fn region(&self) -> &str {
        self.part(3)
    }

    pub fn account(&self) -> &str {
        self.part(4)
    }

    pub fn resource(&self) -> &str {
        self.part(5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_and_written() {
        // Source: AWS General Reference, "Identify AWS resources with Amazon Resource Names (ARNs)".
        let arn = Arn::parse("arn:aws:lambda:eu-south-1:123456789012:function:pow:live").unwrap();
        assert_eq!((arn.service(), arn.region(), arn.account()), ("lambda", "eu-south-1", "123456789012"));
        assert_eq!(arn.resource(), "function:pow:live");
        assert_eq!(Arn::build("s3", "", "", "bucket").as_str(), "arn:aws:s3:::bucket");
        assert_eq!(Arn::parse("arn:aws:s3"), None);
    }
}
