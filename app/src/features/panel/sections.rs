//! The kinds of sections.

use super::test::TestView;
use crate::interop::browser;
use crate::store::use_store;
use crate::texts::t;
use crate::ui::{Icon, IconButton, Shape};
use leptos::prelude::*;
use nuvola_lab::view::{Fact, Link, LogLine, Section};

/// Equal keys keep their elements: the test section stays while its function is the same.
pub fn key(numbered: &(usize, Section)) -> String {
    let (index, section) = numbered;
    match section {
        Section::Test { function, .. } => format!("test {function}"),
        Section::Facts { .. }
        | Section::Table { .. }
        | Section::Code { .. }
        | Section::Links { .. }
        | Section::Logs { .. }
        | Section::Text { .. } => format!("{index} {section:?}"),
    }
}

#[component]
pub fn SectionView(section: Section) -> impl IntoView {
    match section {
        Section::Facts { title, facts } => titled(title, facts_view(facts)),
        Section::Table { title, columns, rows } => titled(title, table_view(columns, rows)),
        Section::Code { title, language: _, text } => titled(title, code_view(text)),
        Section::Links { title, links } => titled(title, links_view(links)),
        Section::Test { function, events } => view! { <TestView function events /> }.into_any(),
        Section::Logs { title, lines } => titled(title, logs_view(lines)),
        Section::Text { title, text } => titled(title, view! { <p class="nv-prose">{text}</p> }.into_any()),
    }
}

pub fn titled(title: String, content: AnyView) -> AnyView {
    view! {
        <section class="nv-section">
            <h3>{title}</h3>
            {content}
        </section>
    }
    .into_any()
}

pub fn facts_view(facts: Vec<Fact>) -> AnyView {
    let fact = |Fact { label, value }: Fact| {
        let copied = value.clone();
        let name = format!("{} {label}", t().copy);
        view! {
            <div class="nv-fact">
                <dt>{label}</dt>
                <dd>
                    <span>{value}</span>
                    <IconButton label=name icon=Shape::Page on_press=Callback::new(move |()| browser::copy(&copied)) />
                </dd>
            </div>
        }
    };
    view! { <dl class="nv-facts">{facts.into_iter().map(fact).collect_view()}</dl> }.into_any()
}

fn table_view(columns: Vec<String>, rows: Vec<Vec<String>>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="nv-quiet">{t().nothing_here}</p> }.into_any();
    }
    let cells = |row: Vec<String>| row.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view();
    view! {
        <div class="nv-scroll-x">
            <table class="nv-table">
                <thead>
                    <tr>{columns.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr>
                </thead>
                <tbody>{rows.into_iter().map(|row| view! { <tr>{cells(row)}</tr> }).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn code_view(text: String) -> AnyView {
    view! { <pre class="nv-code" tabindex="0">{text}</pre> }.into_any()
}

fn links_view(links: Vec<Link>) -> AnyView {
    let store = use_store();
    let link = move |Link { label, url }: Link| {
        let opened = url.clone();
        view! {
            <li>
                <button type="button" class="nv-open-link" on:click=move |_| store.open_in_preview(&opened)>
                    <Icon shape=Shape::Globe />
                    <span>
                        <strong>{label}</strong>
                        <small>{url}</small>
                    </span>
                </button>
            </li>
        }
    };
    view! { <ul class="nv-links">{links.into_iter().map(link).collect_view()}</ul> }.into_any()
}

fn logs_view(lines: Vec<LogLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="nv-quiet">{t().no_logs}</p> }.into_any();
    }
    let line = |LogLine { at_ms, text }: LogLine| {
        let class = log_class(&text);
        view! {
            <li class=class>
                <time>{browser::time_of_day(at_ms)}</time>
                <span>{text}</span>
            </li>
        }
    };
    view! { <ol class="nv-logs">{lines.into_iter().map(line).collect_view()}</ol> }.into_any()
}

/// The platform's own lines stand back, errors stand out.
pub fn log_class(text: &str) -> &'static str {
    let of_platform = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"];
    if of_platform.iter().any(|start| text.starts_with(start)) {
        return "nv-log-platform";
    }
    let is_error = text.contains("[ERROR]") || text.contains("\tERROR\t") || text.contains("Task timed out");
    if is_error { "nv-log-error" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::log_class;

    #[test]
    fn platform_lines_and_errors_are_told_apart() {
        // Source: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions".
        assert_eq!(log_class("START RequestId: 8f Version: $LATEST"), "nv-log-platform");
        assert_eq!(log_class("[ERROR] KeyError: 'x'"), "nv-log-error");
        assert_eq!(log_class("hello"), "");
    }
}
