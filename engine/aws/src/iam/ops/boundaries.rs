//! Permissions boundaries of roles and users.

use crate::auth::Access;
use crate::context::OpContext;
use crate::iam::state::Kind;
use crate::iam::{arns, boundary, errors};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Bounds the permissions of a role by a managed policy.
    ///
    /// **Source**: IAM API Reference, "PutRolePermissionsBoundary".
    pub PUT_ROLE_PERMISSIONS_BOUNDARY: PutRolePermissionsBoundary {
        http: "POST" "/" 200,
        input: PutRolePermissionsBoundaryInput,
        output: (),
        errors: [
            "NoSuchEntity",
            "InvalidInput",
            "UnmodifiableEntity",
            "PolicyNotAttachable",
        ],
        access: |cx, input| {
            let access = Access::to("iam:PutRolePermissionsBoundary", arns::role_arn(cx, &input.role_name));
            arns::with_request(access, &[], Some(&input.permissions_boundary))
        },
        handler: put_role_permissions_boundary,
    }
}

operation! {
    /// Takes the bound off a role.
    ///
    /// **Source**: IAM API Reference, "DeleteRolePermissionsBoundary".
    pub DELETE_ROLE_PERMISSIONS_BOUNDARY: DeleteRolePermissionsBoundary {
        http: "POST" "/" 200,
        input: DeleteRolePermissionsBoundaryInput,
        output: (),
        errors: ["NoSuchEntity", "UnmodifiableEntity"],
        access: |cx, input| Access::to("iam:DeleteRolePermissionsBoundary", arns::role_arn(cx, &input.role_name)),
        handler: delete_role_permissions_boundary,
    }
}

operation! {
    /// Bounds the permissions of a user by a managed policy.
    ///
    /// **Source**: IAM API Reference, "PutUserPermissionsBoundary".
    pub PUT_USER_PERMISSIONS_BOUNDARY: PutUserPermissionsBoundary {
        http: "POST" "/" 200,
        input: PutUserPermissionsBoundaryInput,
        output: (),
        errors: ["NoSuchEntity", "InvalidInput", "PolicyNotAttachable"],
        access: |cx, input| {
            let access = Access::to("iam:PutUserPermissionsBoundary", arns::user_arn(cx, &input.user_name));
            arns::with_request(access, &[], Some(&input.permissions_boundary))
        },
        handler: put_user_permissions_boundary,
    }
}

operation! {
    /// Takes the bound off a user.
    ///
    /// **Source**: IAM API Reference, "DeleteUserPermissionsBoundary".
    pub DELETE_USER_PERMISSIONS_BOUNDARY: DeleteUserPermissionsBoundary {
        http: "POST" "/" 200,
        input: DeleteUserPermissionsBoundaryInput,
        output: (),
        errors: ["NoSuchEntity"],
        access: |cx, input| Access::to("iam:DeleteUserPermissionsBoundary", arns::user_arn(cx, &input.user_name)),
        handler: delete_user_permissions_boundary,
    }
}

shape! {
    /// What `PutRolePermissionsBoundary` takes.
    pub struct PutRolePermissionsBoundaryInput {
        #[wire("RoleName")] pub role_name: String,
        #[wire("PermissionsBoundary")] pub permissions_boundary: String,
    }

    /// What `DeleteRolePermissionsBoundary` takes.
    pub struct DeleteRolePermissionsBoundaryInput {
        #[wire("RoleName")] pub role_name: String,
    }

    /// What `PutUserPermissionsBoundary` takes.
    pub struct PutUserPermissionsBoundaryInput {
        #[wire("UserName")] pub user_name: String,
        #[wire("PermissionsBoundary")] pub permissions_boundary: String,
    }

    /// What `DeleteUserPermissionsBoundary` takes.
    pub struct DeleteUserPermissionsBoundaryInput {
        #[wire("UserName")] pub user_name: String,
    }
}

fn put(cx: &mut OpContext<'_>, kind: Kind, name: &str, arn: String) -> ApiResult<()> {
    cx.iam().entity_mut(kind, name)?;
    boundary::check(cx, Some(&arn))?;
    cx.iam().entity_mut(kind, name)?.boundary = Some(arn);
    Ok(())
}

fn delete(cx: &mut OpContext<'_>, kind: Kind, name: &str) -> ApiResult<()> {
    let taken = cx.iam().entity_mut(kind, name)?.boundary.take();
    taken.map(|_| ()).ok_or_else(|| errors::no_boundary(kind.word(), name))
}

fn put_role_permissions_boundary(
    cx: &mut OpContext<'_>,
    input: PutRolePermissionsBoundaryInput,
) -> ApiResult<()> {
    put(cx, Kind::Role, &input.role_name, input.permissions_boundary)
}

fn delete_role_permissions_boundary(
    cx: &mut OpContext<'_>,
    input: DeleteRolePermissionsBoundaryInput,
) -> ApiResult<()> {
    delete(cx, Kind::Role, &input.role_name)
}

fn put_user_permissions_boundary(
    cx: &mut OpContext<'_>,
    input: PutUserPermissionsBoundaryInput,
) -> ApiResult<()> {
    put(cx, Kind::User, &input.user_name, input.permissions_boundary)
}

fn delete_user_permissions_boundary(
    cx: &mut OpContext<'_>,
    input: DeleteUserPermissionsBoundaryInput,
) -> ApiResult<()> {
    delete(cx, Kind::User, &input.user_name)
}
