//! Regular expressions, as far as selection patterns, identity validations and schemas use them: literals, `.`,
//! classes, groups, alternatives, repetitions, anchors and `(?i)`.
//!
//! Matching backtracks, with a limit on its steps: a pattern that runs away matches nothing.

/// How many steps one match may take.
const STEPS_MAX: usize = 200_000;

#[derive(Debug, Clone)]
enum Node {
    Char(char),
    Any,
    Class(Vec<(char, char)>, bool),
    Start,
    End,
    WordEdge(bool),
    Group(Vec<Vec<Node>>),
    /// A look ahead; true where it must not fit.
    Ahead(Vec<Vec<Node>>, bool),
    Repeat(Box<Node>, usize, usize, bool),
}

/// A pattern that can be matched with.
#[derive(Debug, Clone)]
pub struct Pattern {
    alternatives: Vec<Vec<Node>>,
    fold: bool,
}

impl Pattern {
    /// `None`: it is no regular expression, or one that is not simulated.
    pub fn new(text: &str) -> Option<Self> {
        let (fold, text) = match text.strip_prefix("(?i)") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let text = text.strip_prefix("(?s)").unwrap_or(text);
        let chars: Vec<char> = text.chars().collect();
        let mut parser = Parser { chars: &chars, at: 0, depth: 0 };
        let alternatives = parser.alternatives()?;
        (parser.at == chars.len()).then_some(Pattern { alternatives, fold })
    }

    /// Whether the whole text fits, as Java's `matches` asks.
    pub fn matches(&self, text: &str) -> bool {
        let mut run = self.run(text);
        let end = run.text.len();
        run.any(&self.alternatives, 0, &mut |_, at| at == end)
    }

    /// The first place where the pattern fits: from and to, in characters.
    pub fn find(&self, text: &[char], from: usize) -> Option<(usize, usize)> {
        let text: String = text.iter().collect();
        let mut run = self.run(&text);
        (from..=run.text.len()).find_map(|start| {
            let mut end = None;
            run.any(&self.alternatives, start, &mut |_, at| {
                end = Some(at);
                true
            });
            end.map(|end| (start, end))
        })
    }

    fn run(&self, text: &str) -> Run {
        Run { text: text.chars().collect(), steps: 0, fold: self.fold }
    }
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let fits = text.chars().enumerate().all(|(index, c)| self.chars.get(self.at + index) == Some(&c));
        if fits {
            self.at += text.chars().count();
        }
        fits
    }

    fn alternatives(&mut self) -> Option<Vec<Vec<Node>>> {
        self.depth += 1;
        if self.depth > 50 {
            return None;
        }
        let mut all = vec![self.sequence()?];
        while self.eat("|") {
            all.push(self.sequence()?);
        }
        self.depth -= 1;
        Some(all)
    }

    fn sequence(&mut self) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let node = self.atom()?;
            nodes.push(self.repeated(node)?);
        }
        Some(nodes)
    }

    fn atom(&mut self) -> Option<Node> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => Node::End,
            '[' => self.class()?,
            '\\' => self.escape()?,
            '(' => {
                let ahead = if self.eat("?=") {
                    Some(false)
                } else if self.eat("?!") {
                    Some(true)
                } else {
                    None
                };
                if ahead.is_none() && !self.eat("?:") && self.peek() == Some('?') {
                    return None;
                }
                let inner = self.alternatives()?;
                if !self.eat(")") {
                    return None;
                }
                ahead.map_or(Node::Group(inner.clone()), |not| Node::Ahead(inner, not))
            }
            '*' | '+' | '?' => return None,
            c => Node::Char(c),
        })
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, usize::MAX),
            Some('+') => (1, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.chars[self.at..].iter().position(|c| *c == '}')? + self.at;
                let inner: String = self.chars[self.at + 1..end].iter().collect();
                let (least, most) = match inner.split_once(',') {
                    None => (inner.parse().ok()?, inner.parse().ok()?),
                    Some((least, "")) => (least.parse().ok()?, usize::MAX),
                    Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
                };
                self.at = end;
                (least, most)
            }
            _ => return Some(node),
        };
        self.at += 1;
        let lazy = self.eat("?");
        if !lazy {
            self.eat("+");
        }
        Some(Node::Repeat(Box::new(node), least, most, lazy))
    }

    fn escape(&mut self) -> Option<Node> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            'b' => Node::WordEdge(true),
            'B' => Node::WordEdge(false),
            'A' => Node::Start,
            'z' | 'Z' => Node::End,
            c => match shorthand(c) {
                Some((ranges, not)) => Node::Class(ranges, not),
                None => Node::Char(self.plain(c)?),
            },
        })
    }

    fn plain(&mut self, c: char) -> Option<char> {
        Some(match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let hex: String = self.chars.get(self.at..self.at + 4)?.iter().collect();
                self.at += 4;
                char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?
            }
            c if c.is_ascii_alphanumeric() => return None,
            c => c,
        })
    }

    fn class(&mut self) -> Option<Node> {
        let not = self.eat("^");
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let c = self.peek()?;
            self.at += 1;
            if c == ']' && !first {
                return Some(Node::Class(ranges, not));
            }
            first = false;
            let from = if c == '\\' {
                let c = self.peek()?;
                self.at += 1;
                match shorthand(c) {
                    Some((more, false)) => {
                        ranges.extend(more);
                        continue;
                    }
                    Some((more, true)) => {
                        ranges.extend(complement(&more));
                        continue;
                    }
                    None => self.plain(c)?,
                }
            } else {
                c
            };
            let ranged = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            if !ranged {
                ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let mut to = self.peek()?;
            self.at += 1;
            if to == '\\' {
                let c = self.peek()?;
                self.at += 1;
                to = self.plain(c)?;
            }
            ranges.push((from, to));
        }
    }
}

fn shorthand(c: char) -> Option<(Vec<(char, char)>, bool)> {
    let ranges = match c.to_ascii_lowercase() {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        's' => vec![(' ', ' '), ('\t', '\r')],
        _ => return None,
    };
    Some((ranges, c.is_ascii_uppercase()))
}

fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let inside = |c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
    let mut out: Vec<(char, char)> =
        (0..128_u8).map(char::from).filter(|c| !inside(*c)).map(|c| (c, c)).collect();
    out.push(('\u{80}', char::MAX));
    out
}

struct Run {
    text: Vec<char>,
    steps: usize,
    fold: bool,
}

type Then<'a> = &'a mut dyn FnMut(&mut Run, usize) -> bool;

impl Run {
    fn any(&mut self, alternatives: &[Vec<Node>], at: usize, then: Then<'_>) -> bool {
        alternatives.iter().any(|nodes| self.sequence(nodes, at, then))
    }

    fn sequence(&mut self, nodes: &[Node], at: usize, then: Then<'_>) -> bool {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return false;
        }
        let Some((first, rest)) = nodes.split_first() else { return then(self, at) };
        match first {
            Node::Repeat(node, least, most, lazy) => {
                self.repeat(node, (*least, *most, *lazy), rest, at, 0, then)
            }
            Node::Group(inner) => self.any(inner, at, &mut |run, at| run.sequence(rest, at, then)),
            Node::Ahead(inner, not) => {
                self.any(inner, at, &mut |_, _| true) != *not && self.sequence(rest, at, then)
            }
            Node::Start => at == 0 && self.sequence(rest, at, then),
            Node::End => at == self.text.len() && self.sequence(rest, at, then),
            Node::WordEdge(wanted) => self.is_word_edge(at) == *wanted && self.sequence(rest, at, then),
            Node::Char(_) | Node::Any | Node::Class(..) => {
                self.fits(first, at) && self.sequence(rest, at + 1, then)
            }
        }
    }

    fn repeat(
        &mut self,
        node: &Node,
        (least, most, lazy): (usize, usize, bool),
        rest: &[Node],
        at: usize,
        done: usize,
        then: Then<'_>,
    ) -> bool {
        self.steps += 1;
        // Deep recursion is not worth a stack: texts here are short.
        if self.steps > STEPS_MAX || done > 5_000 {
            return false;
        }
        if lazy && done >= least && self.sequence(rest, at, then) {
            return true;
        }
        let once = std::slice::from_ref(node);
        let more = done < most
            && self.sequence(once, at, &mut |run, next| {
                (next > at || done < least)
                    && run.repeat(node, (least, most, lazy), rest, next, done + 1, then)
            });
        more || (!lazy && done >= least && self.sequence(rest, at, then))
    }

    fn fits(&self, node: &Node, at: usize) -> bool {
        let Some(c) = self.text.get(at).copied() else { return false };
        let in_class =
            |ranges: &[(char, char)], c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        match node {
            Node::Char(wanted) => *wanted == c || self.fold && wanted.eq_ignore_ascii_case(&c),
            Node::Any => c != '\n',
            Node::Class(ranges, not) => {
                let folded = self.fold
                    && (in_class(ranges, c.to_ascii_lowercase()) || in_class(ranges, c.to_ascii_uppercase()));
                (in_class(ranges, c) || folded) != *not
            }
            Node::Start
            | Node::End
            | Node::WordEdge(_)
            | Node::Group(_)
            | Node::Ahead(..)
            | Node::Repeat(..) => false,
        }
    }

    fn is_word_edge(&self, at: usize) -> bool {
        let word = |at: Option<&char>| at.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
        let before = at.checked_sub(1).and_then(|at| self.text.get(at));
        word(before) != word(self.text.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        // Source: java.util.regex.Pattern, "Summary of regular-expression constructs".
        for (pattern, text, expected) in [
            (".*Error.*", "My Error here", true),
            ("Error", "My Error", false),
            (r"4\d{2}", "404", true),
            (r"4\d{2}", "4040", false),
            (r"^\[BadRequest\].*", "[BadRequest] no", true),
            ("a|bc", "bc", true),
            ("(ab)+c?", "ababc", true),
            ("[^0-9]+", "abc", true),
            (r"[\w.-]+@[\w-]+\.[a-z]{2,}", "a.b@c-d.org", true),
            ("(?i)bearer .+", "BEARER x", true),
            (r"(?!x)\w+", "xa", false),
            ("a*?b", "aab", true),
            ("", "", true),
            ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        for bad in ["(", "*", "[a", r"\q", "(?<n>a)"] {
            assert!(Pattern::new(bad).is_none(), "{bad}");
        }
    }
}
