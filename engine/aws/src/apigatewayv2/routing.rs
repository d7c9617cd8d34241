//! Which route a request takes.
//!
//! **Source**: API Gateway Developer Guide, "Create routes for HTTP APIs in API Gateway": a full match, then a
//! greedy variable, then `$default`; literal parts go before variables, a method before `ANY`.

use crate::kept::Kept;
use indexmap::IndexMap;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::ops::routes::parse;
use super::shapes::Route;

/// Finds the route for a method and a raw path; with the values of its variables, still encoded.
pub fn find<'a>(
    routes: &'a IndexMap<String, Kept<Route>>,
    method: &str,
    path: &str,
) -> Option<(&'a Route, BTreeMap<String, String>)> {
    let mut best: Option<(Vec<u8>, &Route, BTreeMap<String, String>)> = None;
    let mut default = None;
    for route in routes.values() {
        let Some((wanted, template)) = route.route_key.as_deref().and_then(parse) else { continue };
        if template.is_empty() {
            default = Some(route);
            continue;
        }
        if wanted != method && wanted != "ANY" {
            continue;
        }
        let Some((mut rank, variables)) = matched(template, path) else { continue };
        rank.push(u8::from(wanted == "ANY"));
        if best.as_ref().is_none_or(|(other, _, _)| rank.cmp(other) == Ordering::Less) {
            best = Some((rank, route, variables));
        }
    }
    match best {
        Some((_, route, variables)) => Some((route, variables)),
        None => default.map(|route| (&route.0, BTreeMap::new())),
    }
}

/// How well a template fits, part by part: 0 a literal, 1 a variable; a greedy one puts all behind full matches.
fn matched(template: &str, path: &str) -> Option<(Vec<u8>, BTreeMap<String, String>)> {
    let wanted: Vec<&str> = template.split('/').skip(1).collect();
    let given: Vec<&str> = path.split('/').skip(1).collect();
    let mut rank = vec![0];
    let mut variables = BTreeMap::new();
    for (at, part) in wanted.iter().enumerate() {
        let value = *given.get(at)?;
        match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if name.ends_with('+') => {
                let rest = given[at..].join("/");
                if rest.is_empty() {
                    return None;
                }
                variables.insert(name.trim_end_matches('+').to_owned(), rest);
                rank[0] = 1;
                rank.push(2);
                return Some((rank, variables));
            }
            Some(_) if value.is_empty() => return None,
            Some(name) => {
                variables.insert(name.to_owned(), value.to_owned());
                rank.push(1);
            }
            None if nuvola_wire::uri::decode(part) == nuvola_wire::uri::decode(value) => rank.push(0),
            None => return None,
        }
    }
    (wanted.len() == given.len()).then_some((rank, variables))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, path: &str, expected: &str) {
        let keys = [
            "GET /pets/dog/1",
            "GET /pets/dog/{id}",
            "GET /pets/{proxy+}",
            "ANY /{proxy+}",
            "ANY /pets/{kind}",
            "POST /",
            "$default",
        ];
        let routes = keys
            .iter()
            .map(|key| {
                let route = Route { route_key: Some((*key).to_owned()), ..Route::default() };
                ((*key).to_owned(), Kept(route))
            })
            .collect();
        let (route, variables) = find(&routes, method, path).unwrap();
        let variables: Vec<String> =
            variables.into_iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let found = format!("{}{}", route.route_key.clone().unwrap(), variables.concat());
        assert_eq!(found, expected, "{method} {path}");
    }

    #[test]
    fn the_most_specific_route_wins() {
        // Source: API Gateway Developer Guide, "Create routes for HTTP APIs", the example of the evaluation order.
        check("GET", "/pets/dog/1", "GET /pets/dog/1");
        check("GET", "/pets/dog/2", "GET /pets/dog/{id} id=2");
        check("GET", "/pets/cat/1", "GET /pets/{proxy+} proxy=cat/1");
        check("POST", "/test/5", "ANY /{proxy+} proxy=test/5");
        check("GET", "/pets/cat", "ANY /pets/{kind} kind=cat");
        check("POST", "/", "POST /");
        check("GET", "/", "$default");
    }
}
