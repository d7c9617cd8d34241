//! From method and path to an operation of a rest service.
//!
//! A tree by path segments, so that a match costs the length of the path and not the number of
//! operations. Literal segments go before `{label}`, that before `{label+}`; among operations at one
//! place the one whose query constants (`?uploads`, `?list-type=2`) match and are most wins.

use crate::uri;
use std::collections::BTreeMap;

/// The values of a URI's labels, decoded, by the names they have in the template.
pub type Labels = Vec<(&'static str, String)>;

/// Operations by method and URI template. Build it once per service.
#[derive(Debug, Clone)]
pub struct Router {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    literals: BTreeMap<&'static str, usize>,
    label: Option<usize>,
    leaves: Vec<Leaf>,
    /// Templates that end here with `{label+}`.
    greedy: Vec<Leaf>,
}

#[derive(Debug, Clone)]
struct Leaf {
    method: &'static str,
    labels: Vec<&'static str>,
    /// Name, and the value where the template fixes it.
    query: Vec<(&'static str, Option<&'static str>)>,
    index: usize,
}

/// What a path turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The operation's place in the list that the router was built from.
    pub index: usize,
    pub labels: Labels,
}

impl Router {
    /// From `(method, template)` in the order that [`Match::index`] counts.
    pub fn new(templates: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let mut router = Router { nodes: vec![Node::default()] };
        for (index, (method, template)) in templates.into_iter().enumerate() {
            router.add(index, method, template);
        }
        router
    }

    fn add(&mut self, index: usize, method: &'static str, template: &'static str) {
        let (path, query) = template.split_once('?').unwrap_or((template, ""));
        let query = query
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').map_or((part, None), |(name, value)| (name, Some(value))))
            .collect();
        let mut leaf = Leaf { method, labels: Vec::new(), query, index };
        let mut at = 0;
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                None => at = self.child(at, Some(segment)),
                Some(label) => match label.strip_suffix('+') {
                    Some(greedy) => {
                        leaf.labels.push(greedy);
                        self.nodes[at].greedy.push(leaf);
                        return;
                    }
                    None => {
                        leaf.labels.push(label);
                        at = self.child(at, None);
                    }
                },
            }
        }
        self.nodes[at].leaves.push(leaf);
    }

    fn child(&mut self, at: usize, literal: Option<&'static str>) -> usize {
        let next = self.nodes.len();
        let node = &mut self.nodes[at];
        let found = match literal {
            Some(text) => *node.literals.entry(text).or_insert(next),
            None => *node.label.get_or_insert(next),
        };
        if found == next {
            self.nodes.push(Node::default());
        }
        found
    }

    /// The operation for a raw path and a raw query string.
    pub fn find(&self, method: &str, path: &str, query: &str) -> Option<Match> {
        let pairs = uri::parse_query(query);
        let path = path.strip_prefix('/').unwrap_or(path);
        self.walk(0, path, &Wanted { method, pairs: &pairs }, &mut Vec::new())
    }

    fn walk<'p>(
        &self,
        at: usize,
        rest: &'p str,
        wanted: &Wanted<'_>,
        labels: &mut Vec<&'p str>,
    ) -> Option<Match> {
        let node = &self.nodes[at];
        if rest.is_empty() {
            return wanted.choose(&node.leaves, labels);
        }
        let (segment, tail) = rest.split_once('/').unwrap_or((rest, ""));
        if let Some(next) = node.literals.get(segment)
            && let Some(found) = self.walk(*next, tail, wanted, labels)
        {
            return Some(found);
        }
        labels.push(segment);
        let found = match node.label {
            Some(next) if !segment.is_empty() => self.walk(next, tail, wanted, labels),
            Some(_) | None => None,
        };
        labels.pop();
        if found.is_some() {
            return found;
        }
        labels.push(rest);
        let found = wanted.choose(&node.greedy, labels);
        labels.pop();
        found
    }
}

struct Wanted<'r> {
    method: &'r str,
    pairs: &'r [(String, String)],
}

impl Wanted<'_> {
    fn choose(&self, leaves: &[Leaf], labels: &[&str]) -> Option<Match> {
        let mut best: Option<&Leaf> = None;
        for leaf in leaves {
            if leaf.method == self.method
                && leaf.query.iter().all(|constant| self.has(constant))
                && best.is_none_or(|best| leaf.query.len() > best.query.len())
            {
                best = Some(leaf);
            }
        }
        best.map(|leaf| Match {
            index: leaf.index,
            labels: leaf.labels.iter().zip(labels).map(|(name, raw)| (*name, uri::decode(raw))).collect(),
        })
    }

    fn has(&self, (name, value): &(&'static str, Option<&'static str>)) -> bool {
        self.pairs.iter().any(|(key, given)| key == name && value.is_none_or(|value| value == given))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATES: [(&str, &str); 9] = [
        ("GET", "/"),
        ("GET", "/{Bucket}"),
        ("GET", "/{Bucket}?list-type=2"),
        ("GET", "/{Bucket}/{Key+}"),
        ("GET", "/{Bucket}/{Key+}?uploadId"),
        ("POST", "/{Bucket}/{Key+}?uploads"),
        ("GET", "/2015-03-31/functions/{FunctionName}/policy"),
        ("GET", "/2015-03-31/functions/"),
        ("GET", "/2015-03-31/functions/{Name}"),
    ];

    // Source: the URI templates of the S3 and Lambda API references ("Request Syntax"), and Smithy 2.0,
    // "HTTP binding traits" on precedence, greedy labels and query literals.
    fn check(method: &str, path: &str, query: &str, expected: Option<(usize, &[&str])>) {
        let found = Router::new(TEMPLATES).find(method, path, query);
        let found = found.map(|m| (m.index, m.labels.into_iter().map(|(_, text)| text).collect::<Vec<_>>()));
        let expected =
            expected.map(|(i, labels)| (i, labels.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>()));
        assert_eq!(found, expected, "{method} {path}?{query}");
    }

    #[test]
    fn templates_match_by_path_and_query() {
        check("GET", "/", "", Some((0, &[])));
        check("GET", "/b", "", Some((1, &["b"])));
        check("GET", "/b/", "prefix=x", Some((1, &["b"])));
        check("GET", "/b", "prefix=&list-type=2", Some((2, &["b"])));
        check("GET", "/b", "list-type=1", Some((1, &["b"])));
        check("GET", "/b/a%2Fb/c+d//e/", "", Some((3, &["b", "a/b/c+d//e/"])));
        check("GET", "/b//k", "", Some((3, &["b", "/k"])));
        check("GET", "/b/k", "uploadId=7", Some((4, &["b", "k"])));
        check("POST", "/b/k", "uploads", Some((5, &["b", "k"])));
        check("POST", "/b/k", "", None);
        check("GET", "/2015-03-31/functions/f/policy", "", Some((6, &["f"])));
        check("GET", "/2015-03-31/functions/", "", Some((7, &[])));
        check("GET", "/2015-03-31/functions/arn%3Aaws", "", Some((8, &["arn:aws"])));
    }
}
