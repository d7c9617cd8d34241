//! Access keys of users.

use crate::auth::Access;
use crate::auth::{Credentials, Principal};
use crate::context::OpContext;
use crate::iam::shapes::{AccessKey, AccessKeyLastUsed, AccessKeyMetadata};
use crate::iam::state::{self, key};
use crate::iam::{arns, check, errors, limits};
use crate::operation;
use crate::service::ApiResult;
use crate::validate::Validation;
use nuvola_wire::shape;

operation! {
    /// Makes an access key; the secret is told only now.
    ///
    /// **Source**: IAM API Reference, "CreateAccessKey".
    pub CREATE_ACCESS_KEY: CreateAccessKey {
        http: "POST" "/" 200,
        input: CreateAccessKeyInput,
        output: CreateAccessKeyOutput,
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:CreateAccessKey", arns::user_or_caller(cx, input.user_name.as_deref())),
        handler: create_access_key,
    }
}

operation! {
    /// Lists the access keys of a user, without secrets.
    ///
    /// **Source**: IAM API Reference, "ListAccessKeys".
    pub LIST_ACCESS_KEYS: ListAccessKeys {
        http: "POST" "/" 200,
        input: ListAccessKeysInput,
        output: ListAccessKeysOutput,
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:ListAccessKeys", arns::user_or_caller(cx, input.user_name.as_deref())),
        handler: list_access_keys,
    }
}

operation! {
    /// Switches an access key on or off.
    ///
    /// **Source**: IAM API Reference, "UpdateAccessKey".
    pub UPDATE_ACCESS_KEY: UpdateAccessKey {
        http: "POST" "/" 200,
        input: UpdateAccessKeyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded", "InvalidInput"],
        access: |cx, input| Access::to("iam:UpdateAccessKey", arns::user_or_caller(cx, input.user_name.as_deref())),
        handler: update_access_key,
    }
}

operation! {
    /// Deletes an access key.
    ///
    /// **Source**: IAM API Reference, "DeleteAccessKey".
    pub DELETE_ACCESS_KEY: DeleteAccessKey {
        http: "POST" "/" 200,
        input: DeleteAccessKeyInput,
        output: (),
        errors: ["NoSuchEntity", "LimitExceeded"],
        access: |cx, input| Access::to("iam:DeleteAccessKey", arns::user_or_caller(cx, input.user_name.as_deref())),
        handler: delete_access_key,
    }
}

operation! {
    /// Tells when and for what an access key was last used.
    ///
    /// **Source**: IAM API Reference, "GetAccessKeyLastUsed".
    pub GET_ACCESS_KEY_LAST_USED: GetAccessKeyLastUsed {
        http: "POST" "/" 200,
        input: GetAccessKeyLastUsedInput,
        output: GetAccessKeyLastUsedOutput,
        errors: [],
        access: |_, _| Access::to("iam:GetAccessKeyLastUsed", "*"),
        handler: get_access_key_last_used,
    }
}

shape! {
    /// What `CreateAccessKey` takes.
    pub struct CreateAccessKeyInput {
        #[wire("UserName")] pub user_name: Option<String>,
    }

    /// What `CreateAccessKey` answers.
    pub struct CreateAccessKeyOutput {
        #[wire("AccessKey")] pub access_key: AccessKey,
    }

    /// What `ListAccessKeys` takes.
    pub struct ListAccessKeysInput {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("Marker")] pub marker: Option<String>,
        #[wire("MaxItems")] pub max_items: Option<i32>,
    }

    /// What `ListAccessKeys` answers.
    pub struct ListAccessKeysOutput {
        #[wire("AccessKeyMetadata", required)] pub access_key_metadata: Vec<AccessKeyMetadata>,
        #[wire("IsTruncated")] pub is_truncated: Option<bool>,
        #[wire("Marker")] pub marker: Option<String>,
    }

    /// What `UpdateAccessKey` takes.
    pub struct UpdateAccessKeyInput {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("AccessKeyId")] pub access_key_id: String,
        #[wire("Status")] pub status: String,
    }

    /// What `DeleteAccessKey` takes.
    pub struct DeleteAccessKeyInput {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("AccessKeyId")] pub access_key_id: String,
    }

    /// What `GetAccessKeyLastUsed` takes.
    pub struct GetAccessKeyLastUsedInput {
        #[wire("AccessKeyId")] pub access_key_id: String,
    }

    /// What `GetAccessKeyLastUsed` answers.
    pub struct GetAccessKeyLastUsedOutput {
        #[wire("UserName")] pub user_name: Option<String>,
        #[wire("AccessKeyLastUsed")] pub access_key_last_used: Option<AccessKeyLastUsed>,
    }
}

/// The user that is meant: by name, or else the one who asks.
fn owner(cx: &mut OpContext<'_>, name: Option<&str>) -> ApiResult<String> {
    if name.is_none() && cx.principal == Principal::Root {
        cx.not_simulated("changes and listings of the root user's own access keys");
    }
    let name = match (name, &cx.principal) {
        (Some(name), _) => name.to_owned(),
        (None, Principal::User(user)) => user.name.clone(),
        (None, Principal::Root | Principal::Role(_) | Principal::Service(_) | Principal::Anonymous) => {
            return Err(errors::validation("Must specify userName when calling with non-User credentials"));
        }
    };
    check::name("userName", &name, 128)?;
    match cx.iam().user(&name) {
        Some(user) => Ok(user.entity.name.clone()),
        None => Err(errors::no_such("user", &name)),
    }
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

fn create_access_key(
    cx: &mut OpContext<'_>,
    input: CreateAccessKeyInput,
) -> ApiResult<CreateAccessKeyOutput> {
    let user = owner(cx, input.user_name.as_deref())?;
    let held = cx.iam().access_keys.values().filter(|access_key| access_key.user == key(&user)).count();
    if held >= limits::ACCESS_KEYS_PER_USER {
        return Err(errors::quota("AccessKeysPerUser", limits::ACCESS_KEYS_PER_USER));
    }
    let made = Credentials::long_lived(cx.ids());
    let created_at = check::now(cx);
    let stored = state::AccessKey {
        id: made.access_key_id.clone(),
        secret: made.secret_access_key.clone(),
        user: key(&user),
        active: true,
        created_at,
        last_used: None,
    };
    cx.iam().access_keys.insert(stored.id.clone(), stored);
    let access_key = AccessKey {
        user_name: user,
        access_key_id: made.access_key_id,
        status: status(true),
        secret_access_key: made.secret_access_key,
        create_date: Some(created_at),
    };
    Ok(CreateAccessKeyOutput { access_key })
}

fn list_access_keys(cx: &mut OpContext<'_>, input: ListAccessKeysInput) -> ApiResult<ListAccessKeysOutput> {
    let user = owner(cx, input.user_name.as_deref())?;
    let keys = cx.iam().access_keys.values().filter(|access_key| access_key.user == key(&user));
    let items = keys
        .map(|access_key| {
            let shown = AccessKeyMetadata {
                user_name: Some(user.clone()),
                access_key_id: Some(access_key.id.clone()),
                status: Some(status(access_key.active)),
                create_date: Some(access_key.created_at),
            };
            (access_key.id.clone(), shown)
        })
        .collect();
    let page = check::page("ListAccessKeys", items, input.marker.as_deref(), input.max_items)?;
    Ok(ListAccessKeysOutput {
        access_key_metadata: page.items,
        is_truncated: Some(page.is_truncated),
        marker: page.marker,
    })
}

/// The key `id`, if the user has it.
fn find<'a>(cx: &'a mut OpContext<'_>, user: Option<&str>, id: &str) -> ApiResult<&'a mut state::AccessKey> {
    let user = owner(cx, user)?;
    let found = cx.iam().access_keys.get_mut(id).filter(|access_key| access_key.user == key(&user));
    found.ok_or_else(|| errors::no_such_access_key(id))
}

fn update_access_key(cx: &mut OpContext<'_>, input: UpdateAccessKeyInput) -> ApiResult<()> {
    let states = ["Active", "Inactive"];
    Validation::new().one_of("status", &input.status, &states).finish("ValidationError")?;
    let active = input.status == "Active";
    find(cx, input.user_name.as_deref(), &input.access_key_id)?.active = active;
    Ok(())
}

fn delete_access_key(cx: &mut OpContext<'_>, input: DeleteAccessKeyInput) -> ApiResult<()> {
    find(cx, input.user_name.as_deref(), &input.access_key_id)?;
    cx.iam().access_keys.remove(&input.access_key_id);
    Ok(())
}

fn get_access_key_last_used(
    cx: &mut OpContext<'_>,
    input: GetAccessKeyLastUsedInput,
) -> ApiResult<GetAccessKeyLastUsedOutput> {
    let iam = cx.iam();
    let found = iam.access_keys.get(&input.access_key_id);
    let found = found.ok_or_else(|| errors::no_such_access_key(&input.access_key_id))?;
    let user = iam.users.get(&found.user).map(|user| user.entity.name.clone());
    let last_used = match &found.last_used {
        Some((at, service, region)) => AccessKeyLastUsed {
            last_used_date: Some(*at),
            service_name: service.clone(),
            region: region.clone(),
        },
        None => AccessKeyLastUsed {
            last_used_date: None,
            service_name: "N/A".to_owned(),
            region: "N/A".to_owned(),
        },
    };
    Ok(GetAccessKeyLastUsedOutput { user_name: user, access_key_last_used: Some(last_used) })
}
