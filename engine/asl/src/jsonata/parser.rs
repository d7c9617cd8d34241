//! From tokens to a tree, by operator precedence.

use super::ast::{Kind, Node, Operator, Raw, Term};
use super::error::Error;
use super::item::Item;
use super::lexer::{Lexer, Token};
use super::signature::Signature;
use std::sync::Arc;

/// The deepest tree: the passes over it call themselves.
const MAX_DEPTH: u16 = 120;

/// The deepest nesting of brackets and operands: the parser calls itself.
const MAX_NESTING: u16 = 60;

pub(super) struct Parser {
    lexer: Lexer,
    token: Token,
    position: usize,
    depth: u16,
}

/// Reads a whole expression.
pub(super) fn parse(text: &str) -> Result<Node, Error> {
    let mut parser = Parser { lexer: Lexer::new(text), token: Token::End, position: 0, depth: 0 };
    parser.advance(false)?;
    let node = parser.expression(0)?;
    match parser.token {
        Token::End => Ok(node),
        _ => Err(Error::at("S0201", parser.position).with("token", parser.shown())),
    }
}

/// How strongly an operator binds to its left.
fn power(operator: &str) -> u8 {
    match operator {
        "(" | "[" | "@" | "#" => 80,
        "." => 75,
        "{" => 70,
        "*" | "/" | "%" => 60,
        "+" | "-" | "&" => 50,
        "=" | "<" | ">" | "^" | "!=" | "<=" | ">=" | "~>" | "?:" | "??" | "in" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        _ => 0,
    }
}

fn binary(operator: &str) -> Option<Operator> {
    Some(match operator {
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "%" => Operator::Remainder,
        "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "&" => Operator::Concat,
        "and" => Operator::And,
        "or" => Operator::Or,
        "in" => Operator::In,
        _ => return None,
    })
}

impl Parser {
    fn advance(&mut self, infix: bool) -> Result<(), Error> {
        (self.token, self.position) = self.lexer.next(infix)?;
        match self.token {
            Token::Operator(unknown @ ("!" | "~")) => {
                Err(Error::at("S0204", self.position).with_text("token", unknown))
            }
            _ => Ok(()),
        }
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(found) if found == operator)
    }

    fn expect(&mut self, operator: &'static str, infix: bool) -> Result<(), Error> {
        if self.is(operator) {
            return self.advance(infix);
        }
        let code = if matches!(self.token, Token::End) { "S0203" } else { "S0202" };
        Err(Error::at(code, self.position)
            .with("value", format!("\"{operator}\""))
            .with("token", self.shown()))
    }

    /// The token's text.
    fn spelling(&self) -> String {
        match &self.token {
            Token::End => "(end)".to_string(),
            Token::Operator(operator) => (*operator).to_string(),
            Token::Name(name) | Token::Variable(name) | Token::Text(name) => name.to_string(),
            Token::Number(literal) | Token::Constant(literal) => literal.item().json_text(),
            Token::Regex(_) => "/".to_string(),
        }
    }

    /// The token as JSON, which errors show.
    fn shown(&self) -> String {
        match &self.token {
            Token::Number(literal) | Token::Constant(literal) => literal.item().json_text(),
            _ => Item::text(&self.spelling()).json_text(),
        }
    }

    fn expression(&mut self, strength: u8) -> Result<Node, Error> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(Error::at("U1002", self.position));
        }
        let mut left = self.prefix()?;
        while let Token::Operator(operator) = self.token {
            if strength >= power(operator) {
                break;
            }
            let position = self.position;
            self.advance(false)?;
            left = self.infix(operator, left, position)?;
            if left.depth > MAX_DEPTH {
                return Err(Error::at("U1002", position));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    /// What starts with the present token.
    fn prefix(&mut self) -> Result<Node, Error> {
        let position = self.position;
        let token = std::mem::replace(&mut self.token, Token::End);
        let leaf = match token {
            Token::End => return Ok(Node::new(Kind::Raw(Raw::End), position)),
            Token::Name(name) => Kind::Name(name),
            Token::Variable(name) => Kind::Variable(name),
            Token::Text(text) => Kind::Text(text),
            Token::Number(number) => Kind::Number(number),
            Token::Constant(constant) => Kind::Constant(constant),
            Token::Regex(pattern) => Kind::Regex(pattern),
            Token::Operator(operator) => return self.prefix_operator(operator, position),
        };
        self.advance(true)?;
        Ok(Node::new(leaf, position))
    }

    fn prefix_operator(&mut self, operator: &'static str, position: usize) -> Result<Node, Error> {
        let leaf = match operator {
            "*" => Some(Kind::Wildcard),
            "**" => Some(Kind::Descendants),
            // The number of the slot comes with the second pass.
            "%" => Some(Kind::Parent(usize::MAX)),
            "and" | "or" | "in" => Some(Kind::Name(Arc::from(operator))),
            _ => None,
        };
        if let Some(leaf) = leaf {
            self.advance(true)?;
            return Ok(Node::new(leaf, position));
        }
        // After an opening bracket or a sign a value follows, and `/` starts a pattern.
        self.advance(false)?;
        match operator {
            "-" => self.negation(position),
            "(" => self.block(position),
            "[" => self.array(position),
            "{" => self.object(position),
            "|" => self.transform(position),
            _ => Err(Error::at("S0211", position).with_text("token", operator)),
        }
    }

    fn negation(&mut self, position: usize) -> Result<Node, Error> {
        let inner = self.expression(70)?;
        Ok(self.branch(position, &[inner.depth], Kind::Negate(Box::new(inner))))
    }

    fn block(&mut self, position: usize) -> Result<Node, Error> {
        let mut parts = Vec::new();
        while !self.is(")") {
            parts.push(self.expression(0)?);
            if !self.is(";") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", true)?;
        Ok(self.branch(position, &depths(&parts), Kind::Block(parts)))
    }

    fn array(&mut self, position: usize) -> Result<Node, Error> {
        let mut items = Vec::new();
        while !self.is("]") {
            items.push(self.array_item()?);
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
            if self.is("]") {
                return Err(Error::at("S0211", self.position).with_text("token", "]"));
            }
        }
        self.expect("]", true)?;
        Ok(self.branch(position, &depths(&items), Kind::Array(items)))
    }

    fn object(&mut self, position: usize) -> Result<Node, Error> {
        let pairs = self.pairs()?;
        Ok(self.branch(position, &pair_depths(&pairs), Kind::Object(pairs)))
    }

    fn branch(&self, position: usize, depths: &[u16], kind: Kind) -> Node {
        let mut node = Node::new(kind, position);
        node.depth = depths.iter().max().unwrap_or(&0) + 1;
        node
    }

    /// An item of an array constructor: an expression or a range.
    fn array_item(&mut self) -> Result<Node, Error> {
        let first = self.expression(0)?;
        if !self.is("..") {
            return Ok(first);
        }
        let position = self.position;
        self.advance(false)?;
        let last = self.expression(0)?;
        let depths = [first.depth, last.depth];
        Ok(self.branch(position, &depths, Kind::Binary(Operator::Range, Box::new(first), Box::new(last))))
    }

    /// The pairs of an object up to its closing brace.
    fn pairs(&mut self) -> Result<Vec<(Node, Node)>, Error> {
        let mut pairs = Vec::new();
        if !self.is("}") {
            loop {
                let key = self.expression(0)?;
                self.expect(":", false)?;
                let value = self.expression(0)?;
                pairs.push((key, value));
                if !self.is(",") {
                    break;
                }
                self.advance(false)?;
            }
        }
        self.expect("}", true)?;
        Ok(pairs)
    }

    fn transform(&mut self, position: usize) -> Result<Node, Error> {
        let pattern = self.expression(0)?;
        self.expect("|", false)?;
        let update = self.expression(0)?;
        let mut depths = vec![pattern.depth, update.depth];
        let mut delete = None;
        if self.is(",") {
            self.advance(false)?;
            let node = self.expression(0)?;
            depths.push(node.depth);
            delete = Some(Box::new(node));
        }
        self.expect("|", true)?;
        let raw = Raw::Transform(Box::new(pattern), Box::new(update), delete);
        Ok(self.branch(position, &depths, Kind::Raw(raw)))
    }

    /// What an operator makes of what stands before it.
    fn infix(&mut self, operator: &'static str, left: Node, position: usize) -> Result<Node, Error> {
        match operator {
            "(" => self.call(left, position),
            "[" => self.filter(left, position),
            "{" => {
                let pairs = self.pairs()?;
                let mut depths = pair_depths(&pairs);
                depths.push(left.depth);
                Ok(self.branch(position, &depths, Kind::Raw(Raw::Group(Box::new(left), pairs))))
            }
            "^" => self.sort(left, position),
            ":=" => {
                let Kind::Variable(name) = &left.kind else {
                    return Err(Error::at("S0212", left.position));
                };
                let name = name.clone();
                let value = self.expression(power(":=") - 1)?;
                Ok(self.branch(position, &[value.depth], Kind::Bind(name, Box::new(value))))
            }
            "@" | "#" => {
                let right = self.expression(power(operator))?;
                let Kind::Variable(name) = right.kind else {
                    return Err(Error::at("S0214", right.position).with_text("token", operator));
                };
                let depth = left.depth;
                let raw = match operator {
                    "@" => Raw::Focus(Box::new(left), name),
                    _ => Raw::Index(Box::new(left), name),
                };
                Ok(self.branch(position, &[depth], Kind::Raw(raw)))
            }
            "?" => self.conditional(left, position),
            "?:" | "??" => self.default(operator, left, position),
            "." => {
                let right = self.expression(power("."))?;
                let depths = [left.depth, right.depth];
                Ok(self.branch(position, &depths, Kind::Raw(Raw::Dot(Box::new(left), Box::new(right)))))
            }
            "~>" => {
                let right = self.expression(power("~>"))?;
                let depths = [left.depth, right.depth];
                Ok(self.branch(position, &depths, Kind::Apply(Box::new(left), Box::new(right))))
            }
            _ => {
                let Some(found) = binary(operator) else {
                    return Err(Error::at("S0201", position).with_text("token", operator));
                };
                let right = self.expression(power(operator))?;
                let depths = [left.depth, right.depth];
                Ok(self.branch(position, &depths, Kind::Binary(found, Box::new(left), Box::new(right))))
            }
        }
    }

    fn conditional(&mut self, condition: Node, position: usize) -> Result<Node, Error> {
        let then = self.expression(0)?;
        let mut depths = vec![condition.depth, then.depth];
        let mut otherwise = None;
        if self.is(":") {
            self.advance(false)?;
            let node = self.expression(0)?;
            depths.push(node.depth);
            otherwise = Some(Box::new(node));
        }
        let kind = Kind::Condition(Box::new(condition), Box::new(then), otherwise);
        Ok(self.branch(position, &depths, kind))
    }

    /// `left ?: right` and `left ?? right`: the left side where it is true, or where it is there.
    fn default(&mut self, operator: &str, left: Node, position: usize) -> Result<Node, Error> {
        let otherwise = self.expression(0)?;
        let depths = [left.depth + 1, otherwise.depth];
        let condition = match operator {
            "?:" => left.clone(),
            _ => {
                let exists = Node::new(Kind::Variable(Arc::from("exists")), position);
                self.branch(position, &[left.depth], Kind::Call(Box::new(exists), vec![left.clone()]))
            }
        };
        let kind = Kind::Condition(Box::new(condition), Box::new(left), Some(Box::new(otherwise)));
        Ok(self.branch(position, &depths, kind))
    }

    fn filter(&mut self, mut left: Node, position: usize) -> Result<Node, Error> {
        if self.is("]") {
            // Empty brackets keep an array of one item an array; they belong to the step below the filters.
            let mut step = &mut left;
            while let Kind::Raw(Raw::Filter(inner, _)) = &mut step.kind {
                step = inner;
            }
            step.keep_array = true;
            self.advance(true)?;
            return Ok(left);
        }
        let predicate = self.expression(0)?;
        self.expect("]", true)?;
        let depths = [left.depth, predicate.depth];
        Ok(self.branch(position, &depths, Kind::Raw(Raw::Filter(Box::new(left), Box::new(predicate)))))
    }

    fn sort(&mut self, left: Node, position: usize) -> Result<Node, Error> {
        self.expect("(", false)?;
        let mut terms = Vec::new();
        let mut depth = left.depth;
        loop {
            let descending = self.is(">");
            if descending || self.is("<") {
                self.advance(false)?;
            }
            let expression = self.expression(0)?;
            depth = depth.max(expression.depth);
            terms.push(Term { descending, expression });
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
        }
        self.expect(")", true)?;
        Ok(self.branch(position, &[depth], Kind::Raw(Raw::Sort(Box::new(left), terms))))
    }

    /// A call, a partial application, or the definition of a function.
    fn call(&mut self, procedure: Node, position: usize) -> Result<Node, Error> {
        let mut arguments = Vec::new();
        let mut partial = false;
        while !self.is(")") {
            if self.is("?") {
                partial = true;
                arguments.push(Node::new(Kind::Placeholder, self.position));
                self.advance(false)?;
            } else {
                arguments.push(self.expression(0)?);
            }
            if !self.is(",") {
                break;
            }
            self.advance(false)?;
            if self.is(")") {
                return Err(Error::at("S0211", self.position).with_text("token", ")"));
            }
        }
        self.expect(")", true)?;
        if matches!(&procedure.kind, Kind::Name(name) if matches!(&**name, "function" | "\u{3bb}")) {
            return self.lambda(arguments, position);
        }
        let mut inner = depths(&arguments);
        inner.push(procedure.depth);
        let kind = match partial {
            true => Kind::Partial(Box::new(procedure), arguments),
            false => Kind::Call(Box::new(procedure), arguments),
        };
        Ok(self.branch(position, &inner, kind))
    }

    fn lambda(&mut self, arguments: Vec<Node>, position: usize) -> Result<Node, Error> {
        let mut parameters = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.into_iter().enumerate() {
            match argument.kind {
                Kind::Variable(name) => parameters.push(name),
                _ => return Err(Error::at("S0208", argument.position).with("value", (index + 1).to_string())),
            }
        }
        let mut signature = None;
        if self.is("<") {
            let start = self.position;
            let mut text = String::from("<");
            let mut open = 1;
            while open > 0 && !self.is("{") && !matches!(self.token, Token::End) {
                self.advance(false)?;
                open += i32::from(self.is("<")) - i32::from(self.is(">"));
                text.push_str(&self.spelling());
            }
            self.expect(">", false)?;
            signature = Some(Signature::parse(&text, start)?);
        }
        self.expect("{", false)?;
        let body = self.expression(0)?;
        self.expect("}", true)?;
        let depth = body.depth;
        Ok(self.branch(position, &[depth], Kind::Raw(Raw::Lambda(parameters, signature, Box::new(body)))))
    }
}

fn depths(nodes: &[Node]) -> Vec<u16> {
    nodes.iter().map(|node| node.depth).collect()
}

fn pair_depths(pairs: &[(Node, Node)]) -> Vec<u16> {
    pairs.iter().map(|(key, value)| key.depth.max(value.depth)).collect()
}
