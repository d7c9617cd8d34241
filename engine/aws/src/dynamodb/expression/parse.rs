//! From text to tree: one pass over the tokens, without going back.

use super::ast::{Comparator, Condition, Function, Operand, Parsed, Path, Step, Update};
use super::token::{Kind, Token, tokens};
use super::{DEPTH, OPERATORS};

/// What is wrong, without the expression's name.
type Problem = String;
type Read<T> = Result<T, Problem>;

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// Something in a condition of which it is not yet known what it is: `(a)` may be followed by `= :b`.
enum Node {
    Operand(Operand),
    Condition(Condition),
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    /// Words that end an operand, and so can be no attribute; other reserved words have an error of their own.
    keywords: &'static [&'static str],
    at: usize,
    operators: usize,
    depth: usize,
    redundant: bool,
}

/// Reads a condition.
pub fn condition(text: &str) -> Read<Parsed<Condition>> {
    let mut parser = Parser::new(text, &["AND", "OR", "NOT", "BETWEEN", "IN"]);
    let (node, _) = parser.or()?;
    let tree = parser.as_condition(node)?;
    parser.end()?;
    Ok(Parsed { tree, redundant_parentheses: parser.redundant, repeated_section: None })
}

/// Reads the paths of a projection.
pub fn projection(text: &str) -> Read<Vec<Path>> {
    let mut parser = Parser::new(text, &[]);
    let paths = parser.list(Parser::path)?;
    parser.end()?;
    Ok(paths)
}

/// Reads an update.
pub fn update(text: &str) -> Read<Parsed<Update>> {
    let mut parser = Parser::new(text, &SECTIONS);
    let mut tree = Update::default();
    let mut repeated = None;
    let mut seen: Vec<&'static str> = Vec::new();
    loop {
        let section = SECTIONS.into_iter().find(|word| parser.peek().is_word(word));
        let Some(section) = section else { return Err(parser.unexpected()) };
        parser.at += 1;
        if seen.contains(&section) {
            repeated = repeated.or(Some(section));
        }
        seen.push(section);
        match section {
            "SET" => tree.set.extend(parser.list(Parser::assignment)?),
            "REMOVE" => tree.remove.extend(parser.list(Parser::path)?),
            "ADD" => tree.add.extend(parser.list(Parser::change)?),
            _ => tree.delete.extend(parser.list(Parser::change)?),
        }
        if parser.peek().kind == Kind::End {
            break;
        }
    }
    Ok(Parsed { tree, redundant_parentheses: parser.redundant, repeated_section: repeated })
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, keywords: &'static [&'static str]) -> Self {
        Parser { text, tokens: tokens(text), keywords, at: 0, operators: 0, depth: 0, redundant: false }
    }

    fn is_keyword(&self, token: Token<'_>) -> bool {
        self.keywords.iter().any(|word| token.is_word(word))
    }

    fn peek(&self) -> Token<'t> {
        self.tokens[self.at]
    }

    /// A syntax error at the next token, told with its neighbours.
    fn unexpected(&self) -> Problem {
        let token = self.peek();
        let before = self.at.checked_sub(1).map_or(0, |at| self.tokens[at].start);
        let after = self.tokens.get(self.at + 1).map_or(token.end(), Token::end);
        let near = &self.text[before.min(token.start)..after.max(token.end())];
        format!("Syntax error; token: \"{}\", near: \"{}\"", token.text, near.trim_end())
    }

    fn expect(&mut self, sign: &str) -> Read<()> {
        if !self.peek().is(sign) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn end(&self) -> Read<()> {
        if self.peek().kind == Kind::End { Ok(()) } else { Err(self.unexpected()) }
    }

    fn took(&mut self, sign: &str) -> bool {
        let there = self.peek().is(sign);
        self.at += usize::from(there);
        there
    }

    fn took_word(&mut self, word: &str) -> bool {
        let there = self.peek().is_word(word);
        self.at += usize::from(there);
        there
    }

    /// Counts an operator or a function.
    fn count(&mut self) -> Read<()> {
        self.operators += 1;
        if self.operators > OPERATORS {
            let count = self.operators;
            return Err(format!("The expression contains too many operators; operator count: {count}"));
        }
        Ok(())
    }

    fn list<T>(&mut self, read: fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = vec![read(self)?];
        while self.took(",") {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn as_condition(&mut self, node: Node) -> Read<Condition> {
        match node {
            Node::Condition(condition) => Ok(condition),
            Node::Operand(Operand::Function(function)) => Ok(Condition::Function(function)),
            Node::Operand(
                Operand::Path(_)
                | Operand::Placeholder(_)
                | Operand::Value(_)
                | Operand::Plus(_)
                | Operand::Minus(_),
            ) => Err(self.unexpected()),
        }
    }

    /// The second part tells whether the whole was in parentheses.
    fn or(&mut self) -> Read<(Node, bool)> {
        let (mut left, mut wrapped) = self.and()?;
        while self.peek().is_word("OR") {
            let condition = self.as_condition(left)?;
            self.at += 1;
            self.count()?;
            let (right, _) = self.and()?;
            let right = self.as_condition(right)?;
            left = Node::Condition(Condition::Or(Box::new((condition, right))));
            wrapped = false;
        }
        Ok((left, wrapped))
    }

    fn and(&mut self) -> Read<(Node, bool)> {
        let (mut left, mut wrapped) = self.not()?;
        while self.peek().is_word("AND") {
            let condition = self.as_condition(left)?;
            self.at += 1;
            self.count()?;
            let (right, _) = self.not()?;
            let right = self.as_condition(right)?;
            left = Node::Condition(Condition::And(Box::new((condition, right))));
            wrapped = false;
        }
        Ok((left, wrapped))
    }

    fn not(&mut self) -> Read<(Node, bool)> {
        let mut negations = 0;
        while self.took_word("NOT") {
            self.count()?;
            negations += 1;
        }
        let (node, wrapped) = self.comparison()?;
        if negations == 0 {
            return Ok((node, wrapped));
        }
        let mut condition = self.as_condition(node)?;
        for _ in 0..negations {
            condition = Condition::Not(Box::new(condition));
        }
        Ok((Node::Condition(condition), false))
    }

    fn comparison(&mut self) -> Read<(Node, bool)> {
        let (node, wrapped) = self.primary()?;
        let Node::Operand(left) = node else { return Ok((node, wrapped)) };
        let token = self.peek();
        let comparator = Comparator::ALL.into_iter().find(|comparator| token.is(comparator.sign()));
        let condition = if let Some(comparator) = comparator {
            self.at += 1;
            Condition::Compare(comparator, left, self.operand()?)
        } else if self.took_word("BETWEEN") {
            let low = self.operand()?;
            if !self.took_word("AND") {
                return Err(self.unexpected());
            }
            Condition::Between(left, low, self.operand()?)
        } else if self.took_word("IN") {
            self.expect("(")?;
            let choices = self.list(Parser::operand)?;
            self.expect(")")?;
            Condition::In(left, choices)
        } else {
            return Ok((Node::Operand(left), wrapped));
        };
        self.count()?;
        Ok((Node::Condition(condition), false))
    }

    fn primary(&mut self) -> Read<(Node, bool)> {
        if !self.took("(") {
            return Ok((Node::Operand(self.plain_operand()?), false));
        }
        self.deeper()?;
        let (node, wrapped) = self.or()?;
        self.expect(")")?;
        self.depth -= 1;
        self.redundant |= wrapped;
        Ok((node, true))
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!(
                "The expression contains too many operators; operator count: {}",
                self.depth
            ));
        }
        Ok(())
    }

    /// An operand, in parentheses or not.
    fn operand(&mut self) -> Read<Operand> {
        let mut open = 0;
        while self.took("(") {
            open += 1;
        }
        let operand = self.plain_operand()?;
        for _ in 0..open {
            self.expect(")")?;
        }
        self.redundant |= open > 1;
        Ok(operand)
    }

    fn plain_operand(&mut self) -> Read<Operand> {
        let token = self.peek();
        match token.kind {
            Kind::Value => {
                self.at += 1;
                Ok(Operand::Placeholder(token.text.to_owned()))
            }
            Kind::Word if self.tokens[self.at + 1].is("(") && !self.is_keyword(token) => {
                self.at += 2;
                self.count()?;
                self.deeper()?;
                let arguments = self.list(Parser::operand)?;
                self.expect(")")?;
                self.depth -= 1;
                Ok(Operand::Function(Function { name: token.text.to_owned(), arguments }))
            }
            Kind::Word | Kind::Name => Ok(Operand::Path(self.path()?)),
            Kind::Index | Kind::Sign | Kind::Unknown | Kind::End => Err(self.unexpected()),
        }
    }

    fn path(&mut self) -> Read<Path> {
        let mut steps = vec![self.step()?];
        loop {
            if self.took(".") {
                steps.push(self.step()?);
            } else if self.took("[") {
                let token = self.peek();
                if token.kind != Kind::Index {
                    return Err(self.unexpected());
                }
                // An index beyond all lists is as good as another.
                steps.push(Step::Index(token.text.parse().unwrap_or(usize::MAX)));
                self.at += 1;
                self.expect("]")?;
            } else {
                return Ok(Path(steps));
            }
        }
    }

    fn step(&mut self) -> Read<Step> {
        let token = self.peek();
        let named = token.kind == Kind::Name || (token.kind == Kind::Word && !self.is_keyword(token));
        if !named {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(Step::Name(token.text.to_owned()))
    }

    /// `path = value`, `path = a + b`.
    fn assignment(&mut self) -> Read<(Path, Operand)> {
        let path = self.path()?;
        self.expect("=")?;
        self.count()?;
        let open = self.peek().is("(") && self.wraps_sum();
        if open {
            self.at += 1;
        }
        let left = self.operand()?;
        let value = if self.took("+") {
            self.count()?;
            Operand::Plus(Box::new((left, self.operand()?)))
        } else if self.took("-") {
            self.count()?;
            Operand::Minus(Box::new((left, self.operand()?)))
        } else {
            left
        };
        if open {
            self.expect(")")?;
        }
        Ok((path, value))
    }

    /// Whether the parenthesis that opens here holds a sum: a sign stands before the one that closes it.
    fn wraps_sum(&self) -> bool {
        let mut depth = 0;
        for token in &self.tokens[self.at..] {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth -= 1;
            }
            if depth == 0 {
                return false;
            }
            if depth == 1 && (token.is("+") || token.is("-")) {
                return true;
            }
        }
        false
    }

    /// `path :value`
    fn change(&mut self) -> Read<(Path, Operand)> {
        let path = self.path()?;
        let token = self.peek();
        if token.kind != Kind::Value {
            return Err(self.unexpected());
        }
        self.at += 1;
        self.count()?;
        Ok((path, Operand::Placeholder(token.text.to_owned())))
    }
}
