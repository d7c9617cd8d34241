//! The console of IAM: who there is, who can do what, and why something was denied.
//!
//! Paths: `[]` (what was denied lately), `["ask", ACTION, RESOURCE]`, `["users"]`, `["roles"]`, `["policies"]`,
//! `["who", ARN]` (what one principal can do).

use super::call::{Api, text_of};
use super::look::{Look, Seen, look};
use super::{Act, Failure, screen, unknown};
use crate::screen::{Acted, Block, Crumb, Field, Form, Row, Screen, Table, Tone, fact, to};
use nuvola_aws::auth::{Decision, Missed, NearMiss, Reason, StatementRef};
use nuvola_wire::xml::Element;

const VERSION: &str = "2010-05-08";

pub(super) async fn show(api: &Api<'_>, parts: &[&str]) -> Result<Screen, Failure> {
    match parts {
        [] => Ok(denials(api)),
        ["ask"] => who_can(api, "", "").await,
        ["ask", action, resource] => who_can(api, action, resource).await,
        ["users"] => users(api).await,
        ["roles"] => roles(api).await,
        ["policies"] => policies(api).await,
        ["who", arn] => what_can(api, arn).await,
        _ => Err("there is no such screen of IAM".to_owned()),
    }
}

fn of_iam(title: &str, blocks: Vec<Block>) -> Screen {
    let tab = |label: &str, path: &[&str]| Crumb { label: label.to_owned(), path: to(path) };
    Screen {
        tabs: vec![
            tab("Denied", &["iam"]),
            tab("Who can", &["iam", "ask"]),
            tab("Users", &["iam", "users"]),
            tab("Roles", &["iam", "roles"]),
            tab("Policies", &["iam", "policies"]),
        ],
        ..screen(title, &[("IAM", &["iam"])], blocks)
    }
}

async fn call(api: &Api<'_>, action: &str, members: &[(&str, &str)]) -> Result<Element, Failure> {
    let members: Vec<(String, String)> =
        members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut answer = api.form("iam", VERSION, action, &members).await?;
    let result = format!("{action}Result");
    let at = answer.children.iter().position(|child| child.name == result);
    Ok(at.map(|at| answer.children.swap_remove(at)).unwrap_or_default())
}

/// The members of a list in an answer.
fn members<'a>(answer: &'a Element, list: &str) -> Vec<&'a Element> {
    answer.child(list).map(|list| list.children("member").collect()).unwrap_or_default()
}

/// What was refused lately, newest first, each with its reason and a remedy.
fn denials(api: &Api<'_>) -> Screen {
    let world = api.shared.borrow();
    let mut blocks = Vec::new();
    if world.denials.is_empty() {
        let text = "Nothing has been denied yet. What is denied appears here with its reason and the smallest policy that would allow it.";
        blocks.push(Block::Note { tone: Tone::Good, text: text.to_owned() });
    }
    for decision in world.denials.iter().rev() {
        blocks.extend(explained(decision));
    }
    of_iam("IAM", blocks)
}

/// A decision in blocks: what was asked, why it was refused, what nearly fitted, what would help.
fn explained(decision: &Decision) -> Vec<Block> {
    let mut facts = vec![
        fact("Who", decision.principal.clone()),
        fact("Action", decision.action.clone()),
        fact("Resource", decision.resource.clone()),
        fact("Why", reason(&decision.reason)),
    ];
    facts.extend(decision.near_misses.iter().map(|near| fact("Nearly", near_miss(near))));
    let title = format!("{} was {}", decision.action, if decision.allowed { "allowed" } else { "denied" });
    let mut blocks = vec![Block::Facts { title, facts }];
    if let Some(remedy) = decision.remedies.first() {
        let text = serde_json::to_string_pretty(&remedy.policy).unwrap_or_default();
        let title = format!("The smallest {} that would allow it", remedy.kind.wording());
        blocks.push(Block::Code { title, text });
    }
    blocks
}

fn statement(statement: &StatementRef) -> String {
    let name = statement.sid.clone().unwrap_or_else(|| format!("number {}", statement.index + 1));
    format!("statement {name} of {}", statement.policy)
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Root => "the account's root user needs no policy".to_owned(),
        Reason::Service => "a service of AWS acts in its own right".to_owned(),
        Reason::Allowed(by) => format!("{} allows it", statement(by)),
        Reason::ExplicitDeny(by) => {
            format!("{} denies it, and an explicit deny beats every allow", statement(by))
        }
        Reason::NoneAllows(kind) => format!("no {} allows it", kind.wording()),
    }
}

fn near_miss(near: &NearMiss) -> String {
    let missed: Vec<String> = near.missed.iter().map(missed_words).collect();
    format!("{} would allow it but for {}", statement(&near.statement), missed.join(" and "))
}

fn missed_words(missed: &Missed) -> String {
    let wanted = missed.wanted.join(", ");
    let given = match missed.given.as_slice() {
        [] => "nothing".to_owned(),
        given => given.join(", "),
    };
    match (&missed.operator, &missed.key) {
        (Some(operator), Some(key)) => {
            format!("the condition {operator} {key}: it wants {wanted}, the request has {given}")
        }
        _ => format!("its {}: it has {wanted}, the request has {given}", missed.element),
    }
}

async fn who_can(api: &Api<'_>, action: &str, resource: &str) -> Result<Screen, Failure> {
    let fields = vec![
        Field::text("action", "Action").value(action).hint("such as `s3:GetObject`"),
        Field::text("resource", "Resource (ARN)")
            .value(resource)
            .hint("such as `arn:aws:s3:::photos/cat.jpg`, or `*`"),
    ];
    let mut blocks = vec![Block::Form(Form::new("ask", "Who can do this?", "Ask", fields))];
    if !action.is_empty() {
        let question = Look::WhoCan { action: action.to_owned(), resource: resource.to_owned() };
        let Seen::Decisions(decisions) = look(api.shared, question).await else {
            return Err("the lab did not answer".to_owned());
        };
        let row = |decision: &Decision| {
            let word = if decision.allowed { "yes" } else { "no" };
            Row::new([decision.principal.clone(), word.to_owned(), reason(&decision.reason)]).opening(&[
                "iam",
                "who",
                &decision.principal,
            ])
        };
        let title = format!("Who can {action}");
        let rows = decisions.iter().map(row).collect();
        blocks.push(Block::Table(Table::new(&title, &["Who", "May", "Why"], rows, "Nobody.")));
    }
    Ok(of_iam("Who can do what", blocks))
}

async fn what_can(api: &Api<'_>, arn: &str) -> Result<Screen, Failure> {
    let mut blocks = Vec::new();
    match look(api.shared, Look::WhatCan(arn.to_owned())).await.permissions() {
        Some(permissions) => {
            for policy in &permissions.policies {
                let rows = policy.statements.iter().map(|of| {
                    let not = |not: bool, all: &[String]| {
                        if not { format!("all but {}", all.join(", ")) } else { all.join(", ") }
                    };
                    Row::new([
                        format!("{:?}", of.statement.effect),
                        not(of.not_actions, &of.actions),
                        not(of.not_resources, &of.resources),
                        of.conditions.join("; "),
                        of.reaches.join(", "),
                    ])
                });
                let title = format!("{} ({})", policy.name, policy.kind.wording());
                let columns = ["Effect", "Actions", "Resources", "If", "Of what exists"];
                blocks.push(Block::Table(Table::new(&title, &columns, rows.collect(), "No statement.")));
            }
            if permissions.policies.is_empty() {
                let text = "No policy speaks of it: it may do nothing.".to_owned();
                blocks.push(Block::Note { tone: Tone::Info, text });
            }
        }
        None => {
            let text = "It needs no policy, or it is not one of this account's users and roles.".to_owned();
            blocks.push(Block::Note { tone: Tone::Info, text });
        }
    }
    Ok(of_iam(arn.rsplit('/').next().unwrap_or(arn), blocks))
}

async fn users(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListUsers", &[]).await?;
    let mut rows = Vec::new();
    for user in members(&answer, "Users") {
        let name = text_of(user, "UserName");
        let keys = call(api, "ListAccessKeys", &[("UserName", &name)]).await?;
        let keys: Vec<String> = members(&keys, "AccessKeyMetadata")
            .iter()
            .map(|key| format!("{} ({})", text_of(key, "AccessKeyId"), text_of(key, "Status")))
            .collect();
        let arn = text_of(user, "Arn");
        rows.push(
            Row::new([name, keys.join(", "), text_of(user, "CreateDate")]).opening(&["iam", "who", &arn]),
        );
    }
    let empty = "No user yet: the lab works with the root user's keys. `aws iam create-user --user-name NAME` makes one.";
    let table = Table::new("Users", &["Name", "Access keys", "Created"], rows, empty);
    Ok(of_iam("Users", vec![Block::Table(table)]))
}

async fn roles(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListRoles", &[]).await?;
    let rows = members(&answer, "Roles").into_iter().map(|role| {
        let trust = nuvola_wire::uri::decode(&text_of(role, "AssumeRolePolicyDocument"));
        let arn = text_of(role, "Arn");
        Row::new([text_of(role, "RoleName"), trusted(&trust)]).opening(&["iam", "who", &arn])
    });
    let table = Table::new("Roles", &["Name", "Who may assume it"], rows.collect(), "No role yet.");
    Ok(of_iam("Roles", vec![Block::Table(table)]))
}

/// The principals of a trust policy, in a line.
fn trusted(policy: &str) -> String {
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap_or_default();
    let statement = &policy["Statement"];
    let statements = statement.as_array().cloned().unwrap_or_else(|| vec![statement.clone()]);
    let mut all = Vec::new();
    for statement in statements {
        let principal = &statement["Principal"];
        let bare = |value: &serde_json::Value| value.to_string().replace(['"', '[', ']'], "");
        match principal.as_object() {
            Some(kinds) => all.extend(kinds.values().map(bare)),
            None => all.push(bare(principal)),
        }
    }
    all.join(", ")
}

async fn policies(api: &Api<'_>) -> Result<Screen, Failure> {
    let answer = call(api, "ListPolicies", &[("Scope", "Local")]).await?;
    let row = |policy: &Element| {
        Row::new([
            text_of(policy, "PolicyName"),
            text_of(policy, "AttachmentCount"),
            text_of(policy, "DefaultVersionId"),
            text_of(policy, "Arn"),
        ])
    };
    let rows = members(&answer, "Policies").into_iter().map(row).collect();
    let empty = "No policy of your own yet; the managed ones of AWS are there all the same.";
    let columns = ["Name", "Attached", "Version", "ARN"];
    Ok(of_iam("Policies", vec![Block::Table(Table::new("Policies of this account", &columns, rows, empty))]))
}

pub(super) fn act(act: &Act<'_>) -> Result<Acted, Failure> {
    match act.verb {
        "ask" => {
            let go = to(&["iam", "ask", act.value("action").trim(), act.value("resource").trim()]);
            Ok(Acted { go: Some(go), ..Acted::default() })
        }
        verb => Err(unknown(verb)),
    }
}
