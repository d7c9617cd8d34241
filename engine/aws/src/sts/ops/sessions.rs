//! Temporary credentials for whoever may have them.

use crate::auth::policy::{Policy, PolicyUse};
use crate::auth::{self, Access, Principal, ResourcePolicy};
use crate::context::OpContext;
use crate::iam;
use crate::operation;
use crate::service::ApiResult;
use crate::sts::{errors, session};
use crate::validate::Validation;
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

/// The space for session policies, in characters other than white space.
///
/// **Source**: IAM User Guide, "IAM and AWS STS quotas".
const SESSION_POLICY_CHARS: usize = 2048;

shape! {
    /// What `AssumeRole` takes.
    pub struct AssumeRoleInput {
        #[wire("RoleArn")] pub role_arn: String,
        #[wire("RoleSessionName")] pub role_session_name: String,
        #[wire("PolicyArns")] pub policy_arns: Vec<PolicyDescriptor>,
        #[wire("Policy")] pub policy: Option<String>,
        #[wire("DurationSeconds")] pub duration_seconds: Option<i32>,
        #[wire("Tags")] pub tags: Vec<Tag>,
        #[wire("TransitiveTagKeys")] pub transitive_tag_keys: Vec<String>,
        #[wire("ExternalId")] pub external_id: Option<String>,
        #[wire("SerialNumber")] pub serial_number: Option<String>,
        #[wire("TokenCode")] pub token_code: Option<String>,
        #[wire("SourceIdentity")] pub source_identity: Option<String>,
    }

    /// What `AssumeRole` answers.
    pub struct AssumeRoleOutput {
        #[wire("Credentials")] pub credentials: Option<SessionCredentials>,
        #[wire("AssumedRoleUser")] pub assumed_role_user: Option<AssumedRoleUser>,
        /// How much of the space for session policies and tags is used. **Units**: percent.
        #[wire("PackedPolicySize")] pub packed_policy_size: Option<i32>,
        #[wire("SourceIdentity")] pub source_identity: Option<String>,
    }

    /// What `GetSessionToken` takes.
    pub struct GetSessionTokenInput {
        #[wire("DurationSeconds")] pub duration_seconds: Option<i32>,
        #[wire("SerialNumber")] pub serial_number: Option<String>,
        #[wire("TokenCode")] pub token_code: Option<String>,
    }

    /// What `GetSessionToken` answers.
    pub struct GetSessionTokenOutput {
        #[wire("Credentials")] pub credentials: Option<SessionCredentials>,
    }

    /// Temporary credentials.
    pub struct SessionCredentials {
        #[wire("AccessKeyId")] pub access_key_id: String,
        #[wire("SecretAccessKey")] pub secret_access_key: String,
        #[wire("SessionToken")] pub session_token: String,
        #[wire("Expiration")] pub expiration: Timestamp,
    }

    /// Who the credentials stand for.
    pub struct AssumedRoleUser {
        #[wire("AssumedRoleId")] pub assumed_role_id: String,
        #[wire("Arn")] pub arn: String,
    }

    /// A managed policy that narrows the session.
    pub struct PolicyDescriptor {
        #[wire("arn")] pub arn: Option<String>,
    }

    /// A session tag.
    pub struct Tag {
        #[wire("Key")] pub key: String,
        #[wire("Value")] pub value: String,
    }
}

operation! {
    /// Gives temporary credentials of a role to whom its trust policy names.
    ///
    /// **Source**: STS API Reference, "AssumeRole"; IAM User Guide, "Methods to assume a role".
    pub ASSUME_ROLE: AssumeRole {
        http: "POST" "/" 200,
        input: AssumeRoleInput,
        output: AssumeRoleOutput,
        errors: ["MalformedPolicyDocument", "PackedPolicyTooLarge"],
        access: |_, _| Access::none(),
        handler: assume_role,
    }
}

operation! {
    /// Gives temporary credentials to a user, with the permissions that the user has.
    ///
    /// **Source**: STS API Reference, "GetSessionToken".
    pub GET_SESSION_TOKEN: GetSessionToken {
        http: "POST" "/" 200,
        input: GetSessionTokenInput,
        output: GetSessionTokenOutput,
        errors: [],
        access: |_, _| Access::none(),
        handler: get_session_token,
    }
}

fn check_input(input: &AssumeRoleInput) -> ApiResult<()> {
    let name = &input.role_session_name;
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c));
    let mut validation = Validation::new();
    validation.length("roleArn", &input.role_arn, 20, 2048).length("roleSessionName", name, 2, 64).pattern(
        "roleSessionName",
        name,
        r"[\w+=,.@-]*",
        word,
    );
    if let Some(seconds) = input.duration_seconds {
        validation.range("durationSeconds", seconds.into(), 900, 43_200);
    }
    if let Some(id) = &input.external_id {
        validation.length("externalId", id, 2, 1224);
    }
    if let Some(identity) = &input.source_identity {
        let word = identity.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c));
        validation.length("sourceIdentity", identity, 2, 64).pattern(
            "sourceIdentity",
            identity,
            r"[\w+=,.@-]*",
            word,
        );
    }
    for (at, tag) in input.tags.iter().enumerate() {
        validation.length(&format!("tags.{}.member.key", at + 1), &tag.key, 1, 128);
        validation.length(&format!("tags.{}.member.value", at + 1), &tag.value, 0, 256);
    }
    validation.finish("ValidationError")?;
    check_tags(input)?;
    match nuvola_kernel::Arn::parse(&input.role_arn) {
        Some(arn) if arn.service() == "iam" && arn.resource().starts_with("role/") => Ok(()),
        Some(_) | None => Err(errors::validation(format!("{} is invalid", input.role_arn))),
    }
}

fn check_tags(input: &AssumeRoleInput) -> ApiResult<()> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    for (at, tag) in input.tags.iter().enumerate() {
        if input.tags[..at].iter().any(|other| same(&other.key, &tag.key)) {
            return Err(errors::duplicate_tag_keys());
        }
    }
    let among = |key: &String| input.tags.iter().any(|tag| same(&tag.key, key));
    match input.transitive_tag_keys.iter().all(among) {
        true => Ok(()),
        false => Err(errors::transitive_key_without_tag()),
    }
}

/// The tags of a session, and the keys of those that go on to further sessions.
type SessionTags = (Vec<(String, String)>, Vec<String>);

/// The tags of the new session: those that the calling session hands on, then the request's.
fn session_tags(cx: &OpContext<'_>, input: &AssumeRoleInput) -> ApiResult<SessionTags> {
    let mut tags = Vec::new();
    let mut transitive = Vec::new();
    if let Principal::Role(caller) = &cx.principal {
        let inherited =
            |key: &String| caller.transitive_tag_keys.iter().any(|one| one.eq_ignore_ascii_case(key));
        if input.tags.iter().any(|tag| inherited(&tag.key)) {
            return Err(errors::transitive_key_taken());
        }
        tags.extend(caller.tags.iter().filter(|(key, _)| inherited(key)).cloned());
        transitive.extend(caller.transitive_tag_keys.iter().cloned());
    }
    tags.extend(input.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())));
    transitive.extend(input.transitive_tag_keys.iter().cloned());
    Ok((tags, transitive))
}

/// Who is behind the session: whom the calling session names, or else the request.
fn source_identity(cx: &OpContext<'_>, input: &AssumeRoleInput) -> ApiResult<Option<String>> {
    let Principal::Role(caller) = &cx.principal else { return Ok(input.source_identity.clone()) };
    match (&caller.source_identity, &input.source_identity) {
        (Some(own), Some(asked)) if own != asked => Err(errors::source_identity_fixed()),
        (own, asked) => Ok(own.clone().or_else(|| asked.clone())),
    }
}

fn assume_role(cx: &mut OpContext<'_>, input: AssumeRoleInput) -> ApiResult<AssumeRoleOutput> {
    check_input(&input)?;
    if cx.principal == Principal::Root {
        return Err(errors::root_cannot_assume());
    }
    let arn = input.role_arn.as_str();
    let Some(role) = cx.state().iam.role_by_arn(arn).cloned() else {
        return Err(errors::may_not_assume(&cx.principal_arn(), arn));
    };
    let identity = source_identity(cx, &input)?;
    cx.require(&access("sts:AssumeRole", &input, identity.as_ref(), &role.trust_policy))?;
    if !input.tags.is_empty() {
        cx.require(&access("sts:TagSession", &input, identity.as_ref(), &role.trust_policy))?;
    }
    // A source identity that goes on along a chain has to be let through at each step.
    if identity.is_some() {
        cx.require(&access("sts:SetSourceIdentity", &input, identity.as_ref(), &role.trust_policy))?;
    }
    let (tags, transitive_tag_keys) = session_tags(cx, &input)?;
    let duration_s = duration(cx, input.duration_seconds, role.max_session_duration_s)?;
    let policies = session_policies(cx, &input)?;
    let size = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let used: usize = policies.iter().map(|text| size(text)).sum::<usize>()
        + input.tags.iter().map(|tag| size(&tag.key) + size(&tag.value)).sum::<usize>();
    let percent = used * 100 / SESSION_POLICY_CHARS;
    if percent > 100 {
        return Err(errors::packed_policy_too_large(percent));
    }
    if input.serial_number.is_some() || input.token_code.is_some() {
        cx.not_simulated("MFA (`SerialNumber`, `TokenCode`) of `AssumeRole`");
    }
    let found = session::role_principal(cx, arn, &input.role_session_name, None);
    let Some(Principal::Role(mut assumed)) = found else {
        return Err(errors::may_not_assume(&cx.principal_arn(), arn));
    };
    assumed.session_policies = policies;
    assumed.tags = tags;
    assumed.transitive_tag_keys = transitive_tag_keys;
    assumed.source_identity = identity.clone();
    let principal = Principal::Role(assumed);
    let user = AssumedRoleUser {
        assumed_role_id: principal.user_id(cx.account()),
        arn: principal.arn(cx.account()),
    };
    let credentials = session::issue(cx, principal, duration_s);
    Ok(AssumeRoleOutput {
        credentials: Some(shown(credentials)),
        assumed_role_user: Some(user),
        packed_policy_size: (used > 0).then(|| i32::try_from(percent).unwrap_or(100).max(1)),
        source_identity: identity,
    })
}

fn access(action: &str, input: &AssumeRoleInput, identity: Option<&String>, trust_policy: &str) -> Access {
    let policy = ResourcePolicy { name: input.role_arn.clone(), document: trust_policy.to_owned() };
    let tags = input.tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str()));
    let mut access = Access::to(action, input.role_arn.as_str())
        .with_trust_policy(policy)
        .with_key("sts:RoleSessionName", [input.role_session_name.clone()])
        .with_request_tags(tags);
    if let Some(id) = &input.external_id {
        access = access.with_key("sts:ExternalId", [id.clone()]);
    }
    if let Some(identity) = identity {
        access = access.with_key("sts:SourceIdentity", [identity.clone()]);
    }
    if !input.transitive_tag_keys.is_empty() {
        access = access.with_key("sts:TransitiveTagKeys", input.transitive_tag_keys.iter().cloned());
    }
    access
}

/// A role assumed by a role's session lasts an hour at most.
fn duration(cx: &OpContext<'_>, wanted_s: Option<i32>, role_max_s: i32) -> ApiResult<i64> {
    let wanted_s = wanted_s.unwrap_or(3600);
    if matches!(cx.principal, Principal::Role(_)) && wanted_s > 3600 {
        return Err(errors::beyond_chaining_maximum());
    }
    if wanted_s > role_max_s { Err(errors::beyond_role_maximum()) } else { Ok(wanted_s.into()) }
}

/// The texts of all policies that narrow the session.
fn session_policies(cx: &mut OpContext<'_>, input: &AssumeRoleInput) -> ApiResult<Vec<String>> {
    let mut texts = Vec::new();
    for arn in input.policy_arns.iter().filter_map(|descriptor| descriptor.arn.as_ref()) {
        let text = iam::managed_document(&cx.state().iam, arn).map(str::to_owned);
        texts.push(text.ok_or_else(|| errors::validation(format!("Policy {arn} was not found.")))?);
    }
    if let Some(text) = &input.policy {
        Policy::parse(text, PolicyUse::Identity).map_err(|_| errors::malformed_policy())?;
        texts.push(text.clone());
    }
    Ok(texts)
}

fn get_session_token(
    cx: &mut OpContext<'_>,
    input: GetSessionTokenInput,
) -> ApiResult<GetSessionTokenOutput> {
    if let Some(seconds) = input.duration_seconds {
        let mut validation = Validation::new();
        validation.range("durationSeconds", seconds.into(), 900, 129_600).finish("ValidationError")?;
    }
    let temporary = cx.request.access_key_id.as_deref().is_some_and(|id| id.starts_with("ASIA"));
    if temporary || !matches!(cx.principal, Principal::Root | Principal::User(_)) {
        return Err(errors::no_session_from_session());
    }
    if input.serial_number.is_some() || input.token_code.is_some() {
        cx.not_simulated("MFA (`SerialNumber`, `TokenCode`) of `GetSessionToken`");
    }
    let longest_s = if cx.principal == Principal::Root { 3600 } else { 129_600 };
    let duration_s = input.duration_seconds.map_or(43_200, i64::from).min(longest_s);
    let principal = cx.principal.clone();
    let credentials = session::issue(cx, principal, duration_s);
    Ok(GetSessionTokenOutput { credentials: Some(shown(credentials)) })
}

fn shown(credentials: auth::Credentials) -> SessionCredentials {
    SessionCredentials {
        access_key_id: credentials.access_key_id,
        secret_access_key: credentials.secret_access_key,
        session_token: credentials.session_token.expect("temporary credentials have a token"),
        expiration: Timestamp(credentials.expires_at_ms.expect("temporary credentials expire")),
    }
}
