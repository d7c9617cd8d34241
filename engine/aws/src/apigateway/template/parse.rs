//! From a template's text to a tree.

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Text(String),
    /// A reference, with its source: what is written if it has no value.
    Show {
        reference: Reference,
        quiet: bool,
        source: String,
    },
    Set(Reference, Expr),
    /// Conditions with their blocks; the last may be without one.
    If(Vec<(Option<Expr>, Vec<Node>)>),
    ForEach(String, Expr, Vec<Node>),
    Break,
    Stop,
}

/// `$name.member(args)[index]`
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub name: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Member(String),
    Call(String, Vec<Expr>),
    Index(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Null,
    Bool(bool),
    Number(f64),
    /// A text without or with references in it.
    Raw(String),
    Quoted(Vec<Node>),
    Reference(Reference),
    List(Vec<Expr>),
    Range(Box<Expr>, Box<Expr>),
    Map(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
}

/// How deep blocks and expressions may be inside each other.
const DEPTH_MAX: usize = 60;

pub fn parse(text: &str) -> Result<Vec<Node>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut parser = Parser { chars: &chars, at: 0, depth: 0 };
    let nodes = parser.block(&[])?;
    match parser.at == chars.len() {
        true => Ok(nodes),
        false => Err(format!("unexpected directive at character {}", parser.at + 1)),
    }
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
}

const OPERATORS: &[&[(&str, &str)]] = &[
    &[("||", "||"), ("or ", "||")],
    &[("&&", "&&"), ("and ", "&&")],
    &[("==", "=="), ("!=", "!="), ("eq ", "=="), ("ne ", "!=")],
    &[
        ("<=", "<="),
        (">=", ">="),
        ("<", "<"),
        (">", ">"),
        ("lt ", "<"),
        ("gt ", ">"),
        ("le ", "<="),
        ("ge ", ">="),
    ],
    &[("+", "+"), ("-", "-")],
    &[("*", "*"), ("/", "/"), ("%", "%")],
];

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.peek(index) == Some(c))
    }

    fn eat(&mut self, text: &str) -> bool {
        let fits = self.starts(text);
        if fits {
            self.at += text.chars().count();
        }
        fits
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        self.spaces();
        match self.eat(text) {
            true => Ok(()),
            false => Err(format!("`{text}` is missing at character {}", self.at + 1)),
        }
    }

    fn spaces(&mut self) {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The name of a directive that stands here: `#if`, `#{else}`.
    fn directive(&self) -> Option<(String, usize)> {
        let braced = self.peek(1) == Some('{');
        let start = self.at + 1 + usize::from(braced);
        let name: String = self.chars.get(start..)?.iter().take_while(|c| c.is_ascii_alphabetic()).collect();
        let known = ["set", "if", "elseif", "else", "end", "foreach", "break", "stop"];
        // `#endfoo` is `#end` and a text; so is `#elseno`.
        let name = known.iter().filter(|known| name.starts_with(**known)).max_by_key(|known| known.len())?;
        let mut end = start + name.len();
        if braced {
            if self.chars.get(end) != Some(&'}') {
                return None;
            }
            end += 1;
        }
        Some(((*name).to_owned(), end))
    }

    /// Nodes until one of the directives `ends`, which is left there.
    fn block(&mut self, ends: &[&str]) -> Result<Vec<Node>, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("the template is nested too deeply".to_owned());
        }
        let mut nodes = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            if c == '\\' && matches!(self.peek(1), Some('$' | '#' | '\\')) && self.peek(1) != Some('\\') {
                text.extend(self.peek(1));
                self.at += 2;
            } else if self.starts("##") {
                while self.peek(0).is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                self.at += usize::from(self.peek(0).is_some());
            } else if self.eat("#*") {
                while self.at < self.chars.len() && !self.eat("*#") {
                    self.at += 1;
                }
            } else if self.eat("#[[") {
                while self.at < self.chars.len() && !self.eat("]]#") {
                    text.extend(self.peek(0));
                    self.at += 1;
                }
            } else if let Some((name, end)) = self.directive().filter(|_| c == '#') {
                if ends.contains(&name.as_str()) {
                    break;
                }
                flush(&mut nodes, &mut text);
                self.at = end;
                nodes.push(self.after(&name)?);
            } else if let Some(node) = self.shown().filter(|_| c == '$') {
                flush(&mut nodes, &mut text);
                nodes.push(node);
            } else {
                text.push(c);
                self.at += 1;
            }
        }
        flush(&mut nodes, &mut text);
        self.depth -= 1;
        Ok(nodes)
    }

    fn after(&mut self, name: &str) -> Result<Node, String> {
        match name {
            "set" => {
                self.expect("(")?;
                self.spaces();
                let target = self.reference().ok_or("`#set` needs a reference")?;
                self.expect("=")?;
                let value = self.expr(0)?;
                self.expect(")")?;
                // The line end that follows belongs to the directive.
                if !self.eat("\r\n") {
                    self.eat("\n");
                }
                Ok(Node::Set(target, value))
            }
            "if" => self.conditions(),
            "foreach" => {
                self.expect("(")?;
                self.expect("$")?;
                let braced = self.eat("{");
                let name = self.word().ok_or("`#foreach` needs a variable")?;
                if braced {
                    self.expect("}")?;
                }
                self.expect("in")?;
                let list = self.expr(0)?;
                self.expect(")")?;
                let body = self.block(&["end"])?;
                self.end()?;
                Ok(Node::ForEach(name, list, body))
            }
            "break" => Ok(Node::Break),
            "stop" => Ok(Node::Stop),
            other => Err(format!("`#{other}` has no beginning")),
        }
    }

    fn end(&mut self) -> Result<(), String> {
        match self.directive() {
            Some((name, end)) if name == "end" && self.peek(0) == Some('#') => {
                self.at = end;
                Ok(())
            }
            _ => Err("`#end` is missing".to_owned()),
        }
    }

    fn conditions(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        let mut condition = Some(self.condition()?);
        loop {
            let body = self.block(&["elseif", "else", "end"])?;
            let last = condition.is_none();
            parts.push((condition.take(), body));
            let Some((name, end)) = self.directive().filter(|_| self.peek(0) == Some('#')) else {
                return Err("`#end` is missing".to_owned());
            };
            self.at = end;
            match name.as_str() {
                "elseif" if !last => condition = Some(self.condition()?),
                "else" if !last => {}
                "end" => return Ok(Node::If(parts)),
                other => return Err(format!("`#{other}` stands after `#else`")),
            }
        }
    }

    fn condition(&mut self) -> Result<Expr, String> {
        self.expect("(")?;
        let condition = self.expr(0)?;
        self.expect(")")?;
        Ok(condition)
    }

    /// A reference in a text, with `!` and braces; nothing, if the dollar is only a dollar.
    fn shown(&mut self) -> Option<Node> {
        let start = self.at;
        let (reference, quiet) = self.reference_at()?;
        let source = self.chars[start..self.at].iter().collect();
        Some(Node::Show { reference, quiet, source })
    }

    fn reference(&mut self) -> Option<Reference> {
        self.reference_at().map(|(reference, _)| reference)
    }

    fn reference_at(&mut self) -> Option<(Reference, bool)> {
        let start = self.at;
        if !self.eat("$") {
            return None;
        }
        let quiet = self.eat("!");
        let braced = self.eat("{");
        let found = self.word().and_then(|name| {
            let steps = self.steps()?;
            (!braced || self.eat("}")).then_some(Reference { name, steps })
        });
        if found.is_none() {
            self.at = start;
        }
        found.map(|reference| (reference, quiet))
    }

    fn word(&mut self) -> Option<String> {
        let first = self.peek(0).filter(|c| c.is_ascii_alphabetic() || *c == '_')?;
        let mut word = String::from(first);
        self.at += 1;
        while let Some(c) = self.peek(0).filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-') {
            word.push(c);
            self.at += 1;
        }
        Some(word)
    }

    /// The steps behind a name; `None`: a call or an index is broken, so all of it is text.
    fn steps(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let start = self.at;
            if self.eat("[") {
                let index = self.expr(0).ok()?;
                self.expect("]").ok()?;
                steps.push(Step::Index(index));
                continue;
            }
            if !self.eat(".") {
                return Some(steps);
            }
            let Some(name) = self.word() else {
                // The dot ends a sentence.
                self.at = start;
                return Some(steps);
            };
            if self.eat("(") {
                steps.push(Step::Call(name, self.items(")").ok()?));
            } else {
                steps.push(Step::Member(name));
            }
        }
    }

    fn items(&mut self, end: &str) -> Result<Vec<Expr>, String> {
        let mut items = Vec::new();
        self.spaces();
        while !self.eat(end) {
            items.push(self.expr(0)?);
            self.spaces();
            if !self.eat(",") && !self.starts(end) {
                return Err(format!("`{end}` is missing"));
            }
            self.spaces();
        }
        Ok(items)
    }

    /// An expression whose operators bind at least as tightly as `level`.
    fn expr(&mut self, level: usize) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("the expression is nested too deeply".to_owned());
        }
        let result = self.binary(level);
        self.depth -= 1;
        result
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            self.spaces();
            let found = operators.iter().find(|(text, _)| self.starts(text));
            let Some((text, operator)) = found.filter(|(text, _)| *text != "-" || self.peek(1) != Some('}'))
            else {
                return Ok(left);
            };
            self.eat(text);
            let right = self.binary(level + 1)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Result<Expr, String> {
        self.spaces();
        let negated = self.eat("!") || self.eat("not ");
        if negated {
            self.depth += 1;
            if self.depth > DEPTH_MAX {
                return Err("the expression is nested too deeply".to_owned());
            }
            let inner = self.unary();
            self.depth -= 1;
            return Ok(Expr::Not(Box::new(inner?)));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let missing = || "an expression is missing".to_owned();
        match self.peek(0).ok_or_else(missing)? {
            '(' => {
                self.at += 1;
                let inner = self.expr(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            '[' => {
                self.at += 1;
                self.spaces();
                if self.eat("]") {
                    return Ok(Expr::List(Vec::new()));
                }
                let first = self.expr(0)?;
                self.spaces();
                if self.eat("..") {
                    let last = self.expr(0)?;
                    self.expect("]")?;
                    return Ok(Expr::Range(Box::new(first), Box::new(last)));
                }
                let mut items = vec![first];
                if self.eat(",") {
                    items.extend(self.items("]")?);
                } else {
                    self.expect("]")?;
                }
                Ok(Expr::List(items))
            }
            '{' => self.map(),
            '\'' => Ok(Expr::Raw(self.quoted('\'')?)),
            '"' => {
                let text = self.quoted('"')?;
                let chars: Vec<char> = text.chars().collect();
                let mut inner = Parser { chars: &chars, at: 0, depth: self.depth };
                let nodes = inner.block(&[])?;
                Ok(Expr::Quoted(nodes))
            }
            '$' => self.reference().map(Expr::Reference).ok_or_else(|| "a reference is broken".to_owned()),
            c if c.is_ascii_digit() || c == '-' => self.number(),
            _ => match self.word().as_deref() {
                Some("true") => Ok(Expr::Bool(true)),
                Some("false") => Ok(Expr::Bool(false)),
                Some("null") => Ok(Expr::Null),
                _ => Err(missing()),
            },
        }
    }

    fn map(&mut self) -> Result<Expr, String> {
        self.at += 1;
        let mut entries = Vec::new();
        self.spaces();
        while !self.eat("}") {
            let key = self.expr(0)?;
            self.expect(":")?;
            entries.push((key, self.expr(0)?));
            self.spaces();
            if !self.eat(",") && !self.starts("}") {
                return Err("`}` is missing".to_owned());
            }
            self.spaces();
        }
        Ok(Expr::Map(entries))
    }

    /// A quoted text; the quote itself is doubled inside.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let c = self.peek(0).ok_or("a quote has no end")?;
            self.at += 1;
            if c == quote {
                if self.peek(0) != Some(quote) {
                    return Ok(text);
                }
                self.at += 1;
            }
            text.push(c);
        }
    }

    fn number(&mut self) -> Result<Expr, String> {
        let start = self.at;
        self.eat("-");
        while self.peek(0).is_some_and(|c| {
            c.is_ascii_digit() || c == '.' && self.peek(1).is_some_and(|c| c.is_ascii_digit())
        }) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        text.parse().map(Expr::Number).map_err(|_| format!("`{text}` is no number"))
    }
}

fn flush(nodes: &mut Vec<Node>, text: &mut String) {
    if !text.is_empty() {
        nodes.push(Node::Text(std::mem::take(text)));
    }
}
