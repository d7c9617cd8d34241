//! Which resource and method a request's path leads to.

use indexmap::IndexMap;
use std::collections::BTreeMap;

use super::state::{Method, Resource};

/// Where a path leads.
#[derive(Debug, PartialEq)]
pub struct Match<'a> {
    pub resource: &'a Resource,
    /// Path parameters by name, still percent-encoded.
    pub parameters: BTreeMap<String, String>,
}

/// The variable of a path part: `petId` of `{petId}`, `proxy` of `{proxy+}`.
pub fn variable(path_part: &str) -> Option<&str> {
    let inner = path_part.strip_prefix('{')?.strip_suffix('}')?;
    Some(inner.strip_suffix('+').unwrap_or(inner))
}

pub fn is_greedy(path_part: &str) -> bool {
    path_part.starts_with('{') && path_part.ends_with("+}")
}

/// Finds the most specific resource that serves `http_method` on `path` (raw, after the stage).
///
/// A literal part is preferred to a variable, that to a greedy variable; one trailing slash is ignored.
/// A resource without the method does not match, so that a `{proxy+}` further up may serve it.
/// **Source**: API Gateway Developer Guide, "Proxy integrations with a proxy resource", and a trailing
/// slash by an answer recorded from AWS.
pub fn find<'a>(
    resources: &'a IndexMap<String, Resource>,
    root_id: &str,
    path: &str,
    http_method: &str,
) -> Option<Match<'a>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let parts: Vec<&str> = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
    let walk = Walk { resources, http_method };
    walk.descend(resources.get(root_id)?, &parts, BTreeMap::new())
}

struct Walk<'a, 'b> {
    resources: &'a IndexMap<String, Resource>,
    http_method: &'b str,
}

impl<'a> Walk<'a, '_> {
    fn descend(
        &self,
        resource: &'a Resource,
        parts: &[&str],
        parameters: BTreeMap<String, String>,
    ) -> Option<Match<'a>> {
        let Some((first, rest)) = parts.split_first() else {
            return method_of(resource, self.http_method).map(|_| Match { resource, parameters });
        };
        let children = |wanted: fn(&str) -> bool| {
            self.resources.values().filter(move |child| {
                child.parent_id.as_deref() == Some(&resource.id) && wanted(&child.path_part)
            })
        };
        for child in children(|part| variable(part).is_none()) {
            if percent_decoded(&child.path_part) == percent_decoded(first)
                && let Some(found) = self.descend(child, rest, parameters.clone())
            {
                return Some(found);
            }
        }
        for child in children(|part| variable(part).is_some() && !is_greedy(part)) {
            if first.is_empty() {
                continue;
            }
            let mut with = parameters.clone();
            with.insert(variable(&child.path_part)?.to_owned(), (*first).to_owned());
            if let Some(found) = self.descend(child, rest, with) {
                return Some(found);
            }
        }
        for child in children(is_greedy) {
            if method_of(child, self.http_method).is_some() {
                let mut with = parameters.clone();
                with.insert(variable(&child.path_part)?.to_owned(), parts.join("/"));
                return Some(Match { resource: child, parameters: with });
            }
        }
        None
    }
}

fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The method that serves a request: its own, or `ANY`.
pub fn method_of<'a>(resource: &'a Resource, http_method: &str) -> Option<&'a Method> {
    resource.methods.get(http_method).or_else(|| resource.methods.get("ANY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[(&str, &str, &str, &[&str])]) -> IndexMap<String, Resource> {
        let resource = |(id, parent, part, methods): &(&str, &str, &str, &[&str])| Resource {
            id: (*id).to_owned(),
            parent_id: (!parent.is_empty()).then(|| (*parent).to_owned()),
            path_part: (*part).to_owned(),
            methods: methods.iter().map(|name| ((*name).to_owned(), Method::default())).collect(),
        };
        paths.iter().map(|path| (path.0.to_owned(), resource(path))).collect()
    }

    fn check(method: &str, path: &str, expected: Option<(&str, &[(&str, &str)])>) {
        let resources = tree(&[
            ("root", "", "", &["GET"]),
            ("pets", "root", "pets", &["GET", "ANY"]),
            ("pet", "pets", "{petId}", &["GET"]),
            ("new", "pets", "new", &["GET"]),
            ("all", "root", "{proxy+}", &["ANY"]),
        ]);
        let found = find(&resources, "root", path, method);
        let found = found.map(|found| (found.resource.id.clone(), found.parameters));
        let expected = expected.map(|(id, parameters)| {
            let parameters = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            (id.to_owned(), parameters)
        });
        assert_eq!(found, expected, "{method} {path}");
    }

    #[test]
    fn the_most_specific_resource_with_the_method_wins() {
        // Source: API Gateway Developer Guide, "Proxy integrations with a proxy resource".
        check("GET", "/", Some(("root", &[])));
        check("POST", "/", None);
        check("GET", "/pets", Some(("pets", &[])));
        check("GET", "/pets/", Some(("pets", &[])));
        check("GET", "/pets/new", Some(("new", &[])));
        check("GET", "/pets/7", Some(("pet", &[("petId", "7")])));
        check("POST", "/pets/7", Some(("all", &[("proxy", "pets/7")])));
        check("GET", "/a/b%2Fc", Some(("all", &[("proxy", "a/b%2Fc")])));
        check("GET", "/pets/7/x", Some(("all", &[("proxy", "pets/7/x")])));
    }
}
