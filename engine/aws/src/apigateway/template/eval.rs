//! From a tree to a text.

use nuvola_kernel::Map;
use serde_json::{Number, Value, json};

use super::parse::{Expr, Node, Reference, Step};
use super::{Rendered, Scope, methods, path};

/// How many pieces a template may write out: a loop in a loop in a loop ends.
const STEPS_MAX: usize = 1_000_000;

struct Run<'a> {
    scope: &'a Scope<'a>,
    /// The body, read when a template first asks.
    document: Option<Value>,
    variables: Map<String, Value>,
    overrides: Value,
    out: String,
    steps: usize,
}

/// How a block ended.
#[derive(PartialEq)]
enum Flow {
    On,
    Break,
    Stop,
}

pub fn render(nodes: &[Node], scope: &Scope<'_>) -> Result<Rendered, String> {
    let mut run = Run {
        scope,
        document: None,
        variables: Map::new(),
        overrides: json!({}),
        out: String::new(),
        steps: 0,
    };
    run.block(nodes)?;
    Ok(Rendered { text: run.out, overrides: run.overrides })
}

impl Run<'_> {
    fn block(&mut self, nodes: &[Node]) -> Result<Flow, String> {
        for node in nodes {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return Err("the template takes too long".to_owned());
            }
            match self.node(node)? {
                Flow::On => {}
                other @ (Flow::Break | Flow::Stop) => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node) -> Result<Flow, String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Show { reference, quiet, source } => match self.reference(reference)? {
                Some(value) => self.out.push_str(&methods::text(&value)),
                None if *quiet || is_own(&reference.name) => {}
                None => self.out.push_str(source),
            },
            Node::Set(target, value) => {
                let value = self.expr(value)?;
                self.set(target, value)?;
            }
            Node::If(parts) => {
                for (condition, body) in parts {
                    let holds = match condition {
                        Some(condition) => self.expr(condition)?.is_some_and(|value| methods::truth(&value)),
                        None => true,
                    };
                    if holds {
                        return self.block(body);
                    }
                }
            }
            Node::ForEach(name, list, body) => return self.each(name, list, body),
            Node::Break => return Ok(Flow::Break),
            Node::Stop => return Ok(Flow::Stop),
        }
        Ok(Flow::On)
    }

    fn each(&mut self, name: &str, list: &Expr, body: &[Node]) -> Result<Flow, String> {
        let items = match self.expr(list)? {
            Some(Value::Array(items)) => items,
            Some(Value::Object(members)) => members.into_iter().map(|(_, value)| value).collect(),
            _ => return Ok(Flow::On),
        };
        let outer = [name, "foreach", "velocityCount"].map(|name| (name, self.variables.get(name).cloned()));
        let count = items.len();
        let mut flow = Flow::On;
        for (index, item) in items.into_iter().enumerate() {
            self.variables.insert(name.to_owned(), item);
            let state = json!({
                "index": index, "count": index + 1, "hasNext": index + 1 < count,
                "first": index == 0, "last": index + 1 == count,
            });
            self.variables.insert("foreach".to_owned(), state);
            self.variables.insert("velocityCount".to_owned(), json!(index + 1));
            flow = self.block(body)?;
            if flow != Flow::On {
                break;
            }
        }
        for (name, value) in outer {
            match value {
                Some(value) => drop(self.variables.insert(name.to_owned(), value)),
                None => drop(self.variables.remove(name)),
            }
        }
        Ok(if flow == Flow::Stop { Flow::Stop } else { Flow::On })
    }

    /// Sets a variable, or a member of one. What has no value leaves the target as it was.
    fn set(&mut self, target: &Reference, value: Option<Value>) -> Result<(), String> {
        let Some(value) = value else { return Ok(()) };
        let mut names = Vec::new();
        for step in &target.steps {
            names.push(match step {
                Step::Member(name) => name.clone(),
                Step::Index(index) => methods::text(&self.expr(index)?.unwrap_or(Value::Null)),
                Step::Call(name, _) => return Err(format!("`#set` cannot set a call of `{name}`")),
            });
        }
        let mut at = match target.name.as_str() {
            "context" => &mut self.overrides,
            name => {
                if !self.variables.contains_key(name) {
                    self.variables
                        .insert(name.to_owned(), if names.is_empty() { Value::Null } else { json!({}) });
                }
                self.variables.get_mut(name).ok_or("no such variable")?
            }
        };
        for name in names {
            at = match at {
                Value::Array(items) => {
                    let item = name.parse::<usize>().ok().and_then(|index| items.get_mut(index));
                    item.ok_or_else(|| format!("the list has no item {name}"))?
                }
                Value::Object(members) => members.entry(name).or_insert_with(|| json!({})),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Ok(()),
            };
        }
        *at = value;
        Ok(())
    }

    fn reference(&mut self, reference: &Reference) -> Result<Option<Value>, String> {
        let mut steps = reference.steps.as_slice();
        let mut value = match reference.name.as_str() {
            "input" => {
                let Some((first, rest)) = steps.split_first() else { return Ok(None) };
                steps = rest;
                match first {
                    Step::Member(name) if name == "body" => Some(Value::from(self.scope.body)),
                    Step::Call(name, arguments) => {
                        let arguments = self.all(arguments)?;
                        self.input(name, &arguments)?
                    }
                    Step::Member(_) | Step::Index(_) => None,
                }
            }
            "util" => {
                let Some((Step::Call(name, arguments), rest)) = steps.split_first() else { return Ok(None) };
                steps = rest;
                let arguments = self.all(arguments)?;
                methods::util(name, &arguments)?
            }
            "context" => {
                let mut context = self.scope.context.clone();
                merge(&mut context, &self.overrides);
                Some(context)
            }
            "stageVariables" => Some(json!(self.scope.stage_variables)),
            name => {
                // A method may change the variable itself: `$list.add(…)`.
                if let Some((Step::Call(method, arguments), inner)) = steps.split_last()
                    && methods::changes(method)
                {
                    return self.change(name, inner, method, arguments);
                }
                self.variables.get(name).cloned()
            }
        };
        for step in steps {
            let Some(now) = value else { return Ok(None) };
            value = match step {
                Step::Member(name) => methods::member(&now, name),
                Step::Index(index) => match self.expr(index)? {
                    Some(index) => methods::member(&now, &methods::text(&index)),
                    None => None,
                },
                Step::Call(name, arguments) => {
                    let arguments = self.all(arguments)?;
                    methods::call(&now, name, &arguments)?
                }
            };
        }
        Ok(value.filter(|value| !value.is_null()))
    }

    fn change(
        &mut self,
        name: &str,
        inner: &[Step],
        method: &str,
        arguments: &[Expr],
    ) -> Result<Option<Value>, String> {
        let arguments = self.all(arguments)?;
        let mut names = Vec::new();
        for step in inner {
            match step {
                Step::Member(name) => names.push(name.clone()),
                Step::Index(index) => names.push(methods::text(&self.expr(index)?.unwrap_or(Value::Null))),
                Step::Call(name, more) if name == "get" => {
                    let more = self.all(more)?;
                    names.push(more.first().map(methods::text).unwrap_or_default());
                }
                Step::Call(name, _) => return Err(format!("what `{name}` gives cannot be changed")),
            }
        }
        let Some(mut at) = self.variables.get_mut(name) else { return Ok(None) };
        for name in names {
            let next = match at {
                Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get_mut(index)),
                Value::Object(members) => members.get_mut(&name),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
            };
            let Some(next) = next else { return Ok(None) };
            at = next;
        }
        methods::change(at, method, arguments)
    }

    fn all(&mut self, expressions: &[Expr]) -> Result<Vec<Value>, String> {
        expressions.iter().map(|item| Ok(self.expr(item)?.unwrap_or(Value::Null))).collect()
    }

    fn input(&mut self, name: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
        let first = arguments.first().map(methods::text);
        match (name, first) {
            ("params", None) => Ok(Some(self.scope.params.clone())),
            ("params", Some(name)) => {
                if ["path", "querystring", "header"].contains(&name.as_str()) {
                    return Ok(Some(self.scope.params[&name].clone()));
                }
                let places = ["path", "querystring", "header"];
                let found = places.iter().find_map(|place| {
                    let map = self.scope.params[*place].as_object()?;
                    map.iter().find(|(key, _)| {
                        *key == &name || *place == "header" && key.eq_ignore_ascii_case(&name)
                    })
                });
                Ok(found.map(|(_, value)| value.clone()))
            }
            ("path", Some(at)) => Ok(path::find(self.body()?, &at)),
            ("json", Some(at)) => Ok(path::find(self.body()?, &at)
                .map(|value| Value::from(value.to_string()))
                .or(Some("".into()))),
            (other, _) => Err(format!("`$input.{other}` is none of `body`, `json`, `params` and `path`")),
        }
    }

    fn body(&mut self) -> Result<&Value, String> {
        if self.document.is_none() {
            let text = if self.scope.body.trim().is_empty() { "{}" } else { self.scope.body };
            let read = serde_json::from_str(text).map_err(|error| format!("the body is no JSON: {error}"))?;
            self.document = Some(read);
        }
        self.document.as_ref().ok_or_else(|| "no body".to_owned())
    }

    fn expr(&mut self, expr: &Expr) -> Result<Option<Value>, String> {
        self.steps += 1;
        if self.steps > STEPS_MAX {
            return Err("the template takes too long".to_owned());
        }
        Ok(match expr {
            Expr::Null => None,
            Expr::Bool(truth) => Some(Value::Bool(*truth)),
            Expr::Number(number) => Some(number_value(*number)),
            Expr::Raw(text) => Some(Value::from(text.as_str())),
            Expr::Quoted(nodes) => {
                let outer = std::mem::take(&mut self.out);
                let result = self.block(nodes);
                let text = std::mem::replace(&mut self.out, outer);
                result?;
                Some(Value::from(text))
            }
            Expr::Reference(reference) => self.reference(reference)?,
            Expr::List(items) => Some(Value::Array(self.all(items)?)),
            Expr::Range(first, last) => {
                let ends = [self.expr(first)?, self.expr(last)?].map(|end| end.and_then(|end| end.as_i64()));
                let [Some(first), Some(last)] = ends else { return Ok(None) };
                if first.abs_diff(last) > 100_000 {
                    return Err("the range is too long".to_owned());
                }
                let list = if first <= last {
                    (first..=last).collect()
                } else {
                    (last..=first).rev().collect::<Vec<_>>()
                };
                Some(json!(list))
            }
            Expr::Map(entries) => {
                let mut map = serde_json::Map::new();
                for (key, value) in entries {
                    let key = self.expr(key)?.map(|key| methods::text(&key)).unwrap_or_default();
                    map.insert(key, self.expr(value)?.unwrap_or(Value::Null));
                }
                Some(Value::Object(map))
            }
            Expr::Not(inner) => {
                Some(Value::Bool(!self.expr(inner)?.is_some_and(|value| methods::truth(&value))))
            }
            Expr::Binary(operator, left, right) => self.binary(operator, left, right)?,
        })
    }

    fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Result<Option<Value>, String> {
        let left = self.expr(left)?;
        let holds = |value: &Option<Value>| value.as_ref().is_some_and(methods::truth);
        if operator == "&&" || operator == "||" {
            let decided = holds(&left) == (operator == "||");
            return Ok(Some(Value::Bool(if decided { operator == "||" } else { holds(&self.expr(right)?) })));
        }
        let right = self.expr(right)?;
        if operator == "==" || operator == "!=" {
            let equal = match (&left, &right) {
                (Some(left), Some(right)) => methods::equal(left, right),
                (None, None) => true,
                (None, Some(_)) | (Some(_), None) => false,
            };
            return Ok(Some(Value::Bool(equal == (operator == "=="))));
        }
        let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
        let texts = left.is_string() || right.is_string();
        let (Some(a), Some(b)) = (left.as_f64(), right.as_f64()) else {
            let joined = format!("{}{}", methods::text(&left), methods::text(&right));
            return Ok((operator == "+" && texts).then(|| Value::from(joined)));
        };
        let whole = left.is_i64() && right.is_i64();
        Ok(match operator {
            "<" => Some(Value::Bool(a < b)),
            ">" => Some(Value::Bool(a > b)),
            "<=" => Some(Value::Bool(a <= b)),
            ">=" => Some(Value::Bool(a >= b)),
            "+" => Some(number_value(a + b)),
            "-" => Some(number_value(a - b)),
            "*" => Some(number_value(a * b)),
            // By zero there is no value.
            _ if b == 0.0 => None,
            "/" if whole => Some(number_value((a / b).trunc())),
            "/" => Some(number_value(a / b)),
            _ => Some(number_value(a % b)),
        })
    }
}

/// API Gateway's own variables are empty where they have no value.
fn is_own(name: &str) -> bool {
    ["input", "context", "stageVariables", "util"].contains(&name)
}

fn merge(context: &mut Value, overrides: &Value) {
    if let (Some(context), Some(overrides)) = (context.as_object_mut(), overrides.as_object()) {
        context.extend(overrides.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}

pub fn number_value(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
