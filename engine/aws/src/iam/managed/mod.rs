//! AWS's own policies, as far as the course uses them.
//!
//! **Source**: AWS Managed Policy Reference Guide, one page per policy. `ReadOnlyAccess` has only the part
//! that concerns simulated services; ids and dates are not AWS's.

use crate::iam::state::{ManagedPolicy, PolicyVersion};
use nuvola_kernel::{IdSource, Timestamp};

struct AwsPolicy {
    name: &'static str,
    path: &'static str,
    version: &'static str,
    document: &'static str,
}

/// Sorted by name.
const POLICIES: &[AwsPolicy] = &[
    AwsPolicy {
        name: "AWSLambdaBasicExecutionRole",
        path: "/service-role/",
        version: "v1",
        document: include_str!("AWSLambdaBasicExecutionRole.json"),
    },
    AwsPolicy {
        name: "AWSLambdaDynamoDBExecutionRole",
        path: "/service-role/",
        version: "v1",
        document: include_str!("AWSLambdaDynamoDBExecutionRole.json"),
    },
    AwsPolicy {
        name: "AWSLambdaRole",
        path: "/service-role/",
        version: "v1",
        document: include_str!("AWSLambdaRole.json"),
    },
    AwsPolicy {
        name: "AWSLambdaSQSQueueExecutionRole",
        path: "/service-role/",
        version: "v1",
        document: include_str!("AWSLambdaSQSQueueExecutionRole.json"),
    },
    AwsPolicy {
        name: "AWSLambdaVPCAccessExecutionRole",
        path: "/service-role/",
        version: "v3",
        document: include_str!("AWSLambdaVPCAccessExecutionRole.json"),
    },
    AwsPolicy {
        name: "AWSLambda_FullAccess",
        path: "/",
        version: "v5",
        document: include_str!("AWSLambda_FullAccess.json"),
    },
    AwsPolicy {
        name: "AWSLambda_ReadOnlyAccess",
        path: "/",
        version: "v5",
        document: include_str!("AWSLambda_ReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AWSStepFunctionsFullAccess",
        path: "/",
        version: "v1",
        document: include_str!("AWSStepFunctionsFullAccess.json"),
    },
    AwsPolicy {
        name: "AWSStepFunctionsReadOnlyAccess",
        path: "/",
        version: "v4",
        document: include_str!("AWSStepFunctionsReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AdministratorAccess",
        path: "/",
        version: "v1",
        document: include_str!("AdministratorAccess.json"),
    },
    AwsPolicy {
        name: "AmazonAPIGatewayAdministrator",
        path: "/",
        version: "v1",
        document: include_str!("AmazonAPIGatewayAdministrator.json"),
    },
    AwsPolicy {
        name: "AmazonAPIGatewayInvokeFullAccess",
        path: "/",
        version: "v2",
        document: include_str!("AmazonAPIGatewayInvokeFullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonAPIGatewayPushToCloudWatchLogs",
        path: "/service-role/",
        version: "v1",
        document: include_str!("AmazonAPIGatewayPushToCloudWatchLogs.json"),
    },
    AwsPolicy {
        name: "AmazonDynamoDBFullAccess",
        path: "/",
        version: "v15",
        document: include_str!("AmazonDynamoDBFullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonDynamoDBReadOnlyAccess",
        path: "/",
        version: "v15",
        document: include_str!("AmazonDynamoDBReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonEC2FullAccess",
        path: "/",
        version: "v5",
        document: include_str!("AmazonEC2FullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonEC2ReadOnlyAccess",
        path: "/",
        version: "v5",
        document: include_str!("AmazonEC2ReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonRekognitionFullAccess",
        path: "/",
        version: "v1",
        document: include_str!("AmazonRekognitionFullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonRekognitionReadOnlyAccess",
        path: "/",
        version: "v10",
        document: include_str!("AmazonRekognitionReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonS3FullAccess",
        path: "/",
        version: "v2",
        document: include_str!("AmazonS3FullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonS3ReadOnlyAccess",
        path: "/",
        version: "v3",
        document: include_str!("AmazonS3ReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonSNSFullAccess",
        path: "/",
        version: "v2",
        document: include_str!("AmazonSNSFullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonSNSReadOnlyAccess",
        path: "/",
        version: "v2",
        document: include_str!("AmazonSNSReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonSQSFullAccess",
        path: "/",
        version: "v1",
        document: include_str!("AmazonSQSFullAccess.json"),
    },
    AwsPolicy {
        name: "AmazonSQSReadOnlyAccess",
        path: "/",
        version: "v4",
        document: include_str!("AmazonSQSReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "AmazonSSMManagedInstanceCore",
        path: "/",
        version: "v2",
        document: include_str!("AmazonSSMManagedInstanceCore.json"),
    },
    AwsPolicy {
        name: "CloudWatchAgentServerPolicy",
        path: "/",
        version: "v3",
        document: include_str!("CloudWatchAgentServerPolicy.json"),
    },
    AwsPolicy {
        name: "CloudWatchFullAccess",
        path: "/",
        version: "v4",
        document: include_str!("CloudWatchFullAccess.json"),
    },
    AwsPolicy {
        name: "CloudWatchLogsFullAccess",
        path: "/",
        version: "v3",
        document: include_str!("CloudWatchLogsFullAccess.json"),
    },
    AwsPolicy {
        name: "CloudWatchLogsReadOnlyAccess",
        path: "/",
        version: "v6",
        document: include_str!("CloudWatchLogsReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "IAMFullAccess",
        path: "/",
        version: "v2",
        document: include_str!("IAMFullAccess.json"),
    },
    AwsPolicy {
        name: "IAMReadOnlyAccess",
        path: "/",
        version: "v4",
        document: include_str!("IAMReadOnlyAccess.json"),
    },
    AwsPolicy {
        name: "IAMUserChangePassword",
        path: "/",
        version: "v5",
        document: include_str!("IAMUserChangePassword.json"),
    },
    AwsPolicy {
        name: "PowerUserAccess",
        path: "/",
        version: "v12",
        document: include_str!("PowerUserAccess.json"),
    },
    AwsPolicy {
        name: "ReadOnlyAccess",
        path: "/",
        version: "v1",
        document: include_str!("ReadOnlyAccess.json"),
    },
];

/// The first day of IAM's present policy language.
const CREATED: Timestamp = Timestamp(1_350_432_000_000);

impl AwsPolicy {
    fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    fn policy(&self) -> ManagedPolicy {
        let seed = self.name.bytes().fold(0u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let document = self.document.trim_end().to_owned();
        let version = PolicyVersion { id: self.version.to_owned(), document, created_at: CREATED };
        ManagedPolicy {
            name: self.name.to_owned(),
            path: self.path.to_owned(),
            id: format!("ANPA{}", IdSource::new(seed).upper_base32(17)),
            arn: self.arn(),
            description: None,
            created_at: CREATED,
            updated_at: CREATED,
            tags: Vec::new(),
            versions: vec![version],
            default_version: self.version.to_owned(),
            next_version: 2,
        }
    }
}

fn entry(arn: &str) -> Option<&'static AwsPolicy> {
    let name = arn.strip_prefix("arn:aws:iam::aws:policy/")?.rsplit('/').next()?;
    let at = POLICIES.binary_search_by(|policy| policy.name.cmp(name)).ok()?;
    Some(&POLICIES[at]).filter(|policy| policy.arn() == arn)
}

/// AWS's policy of this ARN.
pub fn find(arn: &str) -> Option<ManagedPolicy> {
    entry(arn).map(AwsPolicy::policy)
}

/// The text of AWS's policy of this ARN.
pub fn document(arn: &str) -> Option<&'static str> {
    entry(arn).map(|policy| policy.document)
}

pub fn all() -> impl Iterator<Item = ManagedPolicy> {
    POLICIES.iter().map(AwsPolicy::policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::policy::{Policy, PolicyUse};

    #[test]
    fn every_document_is_a_policy_and_is_found_by_its_arn() {
        for policy in all() {
            assert!(Policy::parse(policy.document(), PolicyUse::Identity).is_ok(), "{}", policy.name);
            assert_eq!(find(&policy.arn).as_ref(), Some(&policy));
        }
    }
}
