//! Who acts.

use nuvola_kernel::{AccountId, Arn};
use serde::{Deserialize, Serialize};

/// The one in whose name a request is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Principal {
    /// The account's root user.
    Root,
    /// A user of IAM.
    User(UserPrincipal),
    /// A role's session.
    Role(RoleSession),
    /// An AWS service, by its principal name: `lambda.amazonaws.com`.
    Service(String),
    /// A request without a signature.
    Anonymous,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPrincipal {
    pub name: String,
    /// `AIDA…`
    pub id: String,
    pub arn: Arn,
}

/// What temporary credentials of a role stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleSession {
    pub role_name: String,
    pub role_arn: Arn,
    /// `AROA…`
    pub role_id: String,
    pub session_name: String,
    /// Texts of the policies passed with AssumeRole: they only narrow.
    pub session_policies: Vec<String>,
    /// Session tags, which policies read as `aws:PrincipalTag/…`.
    pub tags: Vec<(String, String)>,
    /// Keys of the session tags that go on to the sessions of roles which this one assumes.
    pub transitive_tag_keys: Vec<String>,
    /// Who is behind the session, as told when the first role of a chain was assumed.
    pub source_identity: Option<String>,
    /// The resource that acts with this session: the ARN of a function, say.
    pub caller: Option<String>,
}

impl Principal {
    /// The ARN as `GetCallerIdentity` and refusals write it; a service's name; or `anonymous`.
    pub fn arn(&self, account: &AccountId) -> String {
        match self {
            Principal::Root => Arn::build("iam", "", account.as_str(), "root").to_string(),
            Principal::User(user) => user.arn.to_string(),
            Principal::Role(session) => {
                let resource = format!("assumed-role/{}/{}", session.role_name, session.session_name);
                Arn::build("sts", "", account.as_str(), &resource).to_string()
            }
            Principal::Service(name) => name.clone(),
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }

    /// The unique id: `aws:userid` in policies, `UserId` in `GetCallerIdentity`.
    pub fn user_id(&self, account: &AccountId) -> String {
        match self {
            Principal::Root => account.to_string(),
            Principal::User(user) => user.id.clone(),
            Principal::Role(session) => format!("{}:{}", session.role_id, session.session_name),
            Principal::Service(name) => name.clone(),
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }

    /// The value of `aws:PrincipalType`.
    pub fn kind(&self) -> &'static str {
        match self {
            Principal::Root => "Account",
            Principal::User(_) => "User",
            Principal::Role(_) => "AssumedRole",
            Principal::Service(_) => "Service",
            Principal::Anonymous => "Anonymous",
        }
    }
}
