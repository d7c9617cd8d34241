//! Signatures of functions: `<s-n?:s>`, which say what a function takes.

use super::error::Error;
use super::item::Item;

#[derive(Debug, Clone)]
pub(super) struct Signature {
    parameters: Vec<Parameter>,
}

#[derive(Debug, Clone)]
struct Parameter {
    /// The symbols of types that it takes.
    types: String,
    /// It is `a`: a single value becomes an array.
    array: bool,
    /// What an array must hold.
    items: Option<char>,
    /// The context takes the place of a missing argument.
    context: bool,
    optional: bool,
    many: bool,
}

/// A value's symbol; `m` for none.
fn symbol(item: &Item) -> char {
    match item {
        Item::Nothing => 'm',
        Item::Null => 'l',
        Item::Bool(_) => 'b',
        Item::Number(_) => 'n',
        Item::Text(_) => 's',
        Item::Array(_) => 'a',
        Item::Object(_) | Item::Tuple(_) => 'o',
        Item::Function(_) => 'f',
    }
}

fn plural(symbol: char) -> &'static str {
    match symbol {
        'a' => "arrays",
        'b' => "booleans",
        'f' => "functions",
        'n' => "numbers",
        'o' => "objects",
        's' => "strings",
        _ => "undefined",
    }
}

/// The text between the bracket at `open` and the one that closes it, and the place behind.
fn bracketed(chars: &[char], open: usize, pair: (char, char)) -> (String, usize) {
    let mut depth = 0;
    for (at, c) in chars.iter().enumerate().skip(open) {
        depth += i32::from(*c == pair.0) - i32::from(*c == pair.1);
        if depth == 0 {
            return (chars[open + 1..at].iter().collect(), at + 1);
        }
    }
    (chars[open + 1..].iter().collect(), chars.len())
}

impl Signature {
    /// Reads `<...>`, which stands at `position`.
    pub fn parse(text: &str, position: usize) -> Result<Signature, Error> {
        let chars: Vec<char> = text.chars().collect();
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut at = 1;
        while at < chars.len() && chars[at] != ':' {
            let c = chars[at];
            at += 1;
            let types = match c {
                's' | 'n' | 'b' | 'l' | 'o' => format!("{c}m"),
                'a' | 'x' => "asnblfom".to_string(),
                'f' => "f".to_string(),
                'j' => "asnblom".to_string(),
                '(' => {
                    let (choice, end) = bracketed(&chars, at - 1, ('(', ')'));
                    if choice.contains('<') {
                        return Err(Error::at("S0402", position + at - 1).with("value", choice));
                    }
                    at = end;
                    format!("{choice}m")
                }
                _ => {
                    at = modify(&mut parameters, &chars, at, position)?;
                    continue;
                }
            };
            let array = c == 'a';
            parameters.push(Parameter {
                types,
                array,
                items: None,
                context: false,
                optional: false,
                many: false,
            });
        }
        Ok(Signature { parameters })
    }

    /// The arguments as the function takes them, or T0410, T0411, T0412.
    pub fn validate(&self, arguments: Vec<Item>, context: &Item) -> Result<Vec<Item>, Error> {
        let symbols: Vec<char> = arguments.iter().map(symbol).collect();
        let mut counts = Vec::new();
        if !fits(&self.parameters, &symbols, &mut counts) {
            return Err(self.misfit(&symbols));
        }
        let mut out = Vec::with_capacity(self.parameters.len());
        let mut rest = arguments.into_iter();
        let mut index = 0;
        for (parameter, count) in self.parameters.iter().zip(counts) {
            if count == 0 {
                if !parameter.context {
                    // A missing argument in the middle: the next one is looked at in its place, as in the reference.
                    out.push(rest.next().unwrap_or(Item::Nothing));
                    index += 1;
                    continue;
                }
                if !parameter.types.contains(symbol(context)) {
                    return Err(Error::new("T0411").with("index", (index + 1).to_string()));
                }
                out.push(context.clone());
                continue;
            }
            for _ in 0..count {
                let argument = rest.next().unwrap_or(Item::Nothing);
                index += 1;
                out.push(if parameter.array { as_array(parameter, argument, index)? } else { argument });
            }
        }
        Ok(out)
    }

    /// Which argument does not fit: the first one behind the longest fitting start.
    fn misfit(&self, symbols: &[char]) -> Error {
        let mut good = 0;
        for length in 1..=self.parameters.len() {
            match longest(&self.parameters[..length], symbols) {
                Some(end) => good = end,
                None => break,
            }
        }
        Error::new("T0410").with("index", (good + 1).to_string())
    }
}

/// Signs that belong to the parameter before. Gives the place behind.
fn modify(parameters: &mut [Parameter], chars: &[char], at: usize, position: usize) -> Result<usize, Error> {
    let Some(last) = parameters.last_mut() else { return Ok(at) };
    match chars[at - 1] {
        '-' => {
            last.context = true;
            last.optional = true;
        }
        '?' => last.optional = true,
        '+' => last.many = true,
        '<' => {
            if !last.array && last.types != "f" {
                return Err(Error::at("S0401", position + at - 1));
            }
            let (inner, end) = bracketed(chars, at - 1, ('<', '>'));
            last.items = inner.chars().next().filter(|_| last.array);
            return Ok(end);
        }
        _ => {}
    }
    Ok(at)
}

/// How many arguments each parameter takes, each as many as it can, so that all are taken.
fn fits(parameters: &[Parameter], symbols: &[char], counts: &mut Vec<usize>) -> bool {
    let Some(parameter) = parameters.first() else { return symbols.is_empty() };
    let able = symbols.iter().take_while(|symbol| parameter.types.contains(**symbol)).count();
    let most = if parameter.many { able } else { able.min(1) };
    let least = usize::from(!parameter.optional);
    for count in (least..=most).rev() {
        counts.push(count);
        if fits(&parameters[1..], &symbols[count..], counts) {
            return true;
        }
        counts.pop();
    }
    false
}

/// How far parameters can reach into the arguments.
fn longest(parameters: &[Parameter], symbols: &[char]) -> Option<usize> {
    (0..=symbols.len()).rev().find(|end| fits(parameters, &symbols[..*end], &mut Vec::new()))
}

fn as_array(parameter: &Parameter, argument: Item, index: usize) -> Result<Item, Error> {
    let wrong =
        |items: char| Error::new("T0412").with("index", index.to_string()).with_text("type", plural(items));
    match (&argument, parameter.items) {
        (Item::Nothing, _) | (Item::Array(_), None) => Ok(argument),
        (Item::Array(list), Some(items)) => match list.items.iter().all(|item| symbol(item) == items) {
            true => Ok(argument),
            false => Err(wrong(items)),
        },
        (_, Some(items)) if symbol(&argument) != items => Err(wrong(items)),
        _ => Ok(Item::array(vec![argument])),
    }
}
