//! A command line of the shell: words with quotes and variables, pipes, redirections, `;`, `&&`, `||`.

/// One piece of a word; what is quoted is neither split nor globbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Plain(String),
    Quoted(String),
    /// `$NAME`, `${NAME}`, `$?`; `quoted` ones are not split.
    Variable {
        name: String,
        quoted: bool,
    },
}

pub(crate) type Word = Vec<Piece>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SimpleCommand {
    pub words: Vec<Word>,
    pub redirections: Vec<Redirection>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redirection {
    From(Word),
    To(Word),
    Append(Word),
    /// `2>&1`
    ErrorsToOutput,
    /// `2>`
    ErrorsTo(Word),
}

/// When a pipeline runs, given the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    AfterSuccess,
    AfterFailure,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub when: When,
    pub commands: Vec<SimpleCommand>,
    /// It ends in `&`: the shell does not wait for it.
    pub background: bool,
    /// As it was typed, without the operator that ends it.
    pub text: String,
}

enum Token {
    Word(Word),
    /// An operator, and where in the line it stands.
    Operator(&'static str, usize),
}

/// The longest first, so that `>>` is not read as two `>`.
const OPERATORS: &[&str] = &["2>&1", "2>", "&&", "||", ">>", ">", "<", "|", ";", "&"];

/// Reads a line. Errors are worded as bash words them.
pub(crate) fn parse(line: &str) -> Result<Vec<Pipeline>, String> {
    let mut pipelines = Vec::new();
    let mut when = When::Always;
    let mut commands = vec![SimpleCommand::default()];
    let mut begun = 0;
    let mut tokens = tokens(line)?.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let (operator, at) = match token {
            Token::Word(word) => {
                current(&mut commands).words.push(word);
                continue;
            }
            Token::Operator(operator, at) => (operator, at),
        };
        match operator {
            "2>&1" => current(&mut commands).redirections.push(Redirection::ErrorsToOutput),
            ">" | ">>" | "<" | "2>" => {
                let Some(Token::Word(word)) = tokens.next() else { return Err(unexpected("newline")) };
                current(&mut commands).redirections.push(match operator {
                    ">" => Redirection::To(word),
                    ">>" => Redirection::Append(word),
                    "2>" => Redirection::ErrorsTo(word),
                    _ => Redirection::From(word),
                });
            }
            "|" => {
                if current(&mut commands).words.is_empty() || tokens.peek().is_none() {
                    return Err(unexpected("|"));
                }
                commands.push(SimpleCommand::default());
            }
            _ => {
                if current(&mut commands).words.is_empty() {
                    return Err(unexpected(operator));
                }
                pipelines.push(Pipeline {
                    when,
                    commands: std::mem::replace(&mut commands, vec![SimpleCommand::default()]),
                    background: operator == "&",
                    text: line[begun..at].trim().to_owned(),
                });
                begun = at + operator.len();
                when = match operator {
                    "&&" => When::AfterSuccess,
                    "||" => When::AfterFailure,
                    _ => When::Always,
                };
            }
        }
    }
    let unfinished = current(&mut commands).words.is_empty();
    if !unfinished || !current(&mut commands).redirections.is_empty() {
        let text = line[begun..].trim().to_owned();
        pipelines.push(Pipeline { when, commands, background: false, text });
    } else if when != When::Always {
        return Err(unexpected("newline"));
    }
    Ok(pipelines)
}

fn current(commands: &mut [SimpleCommand]) -> &mut SimpleCommand {
    commands.last_mut().expect("a pipeline begins with one command")
}

fn unexpected(token: &str) -> String {
    format!("bash: syntax error near unexpected token `{token}'")
}

fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(out);
        }
        if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            out.push(Token::Operator(operator, line.len() - rest.len()));
            rest = &rest[operator.len()..];
            continue;
        }
        let (word, length) = word(rest)?;
        out.push(Token::Word(word));
        rest = &rest[length..];
    }
}

/// Reads one word: its pieces, and how many bytes it takes.
fn word(text: &str) -> Result<(Word, usize), String> {
    let mut pieces: Word = Vec::new();
    let mut plain = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(at, character)) = chars.peek() {
        match character {
            ' ' | '\t' | '|' | ';' | '<' | '>' | '&' => {
                finish(&mut pieces, &mut plain);
                return Ok((pieces, at));
            }
            '\'' => {
                finish(&mut pieces, &mut plain);
                let end = text[at + 1..].find('\'').ok_or_else(|| unclosed('\''))?;
                pieces.push(Piece::Quoted(text[at + 1..at + 1 + end].to_owned()));
                skip_to(&mut chars, at + end + 2);
            }
            '"' => {
                finish(&mut pieces, &mut plain);
                let length = double_quoted(&text[at + 1..], &mut pieces)?;
                skip_to(&mut chars, at + 1 + length);
            }
            '\\' => {
                chars.next();
                if let Some((_, escaped)) = chars.next() {
                    finish(&mut pieces, &mut plain);
                    pieces.push(Piece::Quoted(escaped.to_string()));
                }
            }
            '$' => match variable(&text[at + 1..]) {
                Some((name, length)) => {
                    finish(&mut pieces, &mut plain);
                    pieces.push(Piece::Variable { name, quoted: false });
                    skip_to(&mut chars, at + 1 + length);
                }
                None => {
                    plain.push('$');
                    chars.next();
                }
            },
            _ => {
                plain.push(character);
                chars.next();
            }
        }
    }
    finish(&mut pieces, &mut plain);
    Ok((pieces, text.len()))
}

/// Reads up to the closing quote; gives the bytes taken, the quote included.
fn double_quoted(text: &str, pieces: &mut Word) -> Result<usize, String> {
    let mut plain = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, character)) = chars.next() {
        match character {
            '"' => {
                pieces.push(Piece::Quoted(plain));
                return Ok(at + 1);
            }
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\' | '$' | '`'))) => plain.push(escaped),
                Some((_, other)) => plain.extend(['\\', other]),
                None => return Err(unclosed('"')),
            },
            '$' => match variable(&text[at + 1..]) {
                Some((name, length)) => {
                    pieces.push(Piece::Quoted(std::mem::take(&mut plain)));
                    pieces.push(Piece::Variable { name, quoted: true });
                    skip_to(&mut chars, at + 1 + length);
                }
                None => plain.push('$'),
            },
            _ => plain.push(character),
        }
    }
    Err(unclosed('"'))
}

fn unclosed(quote: char) -> String {
    format!("bash: unexpected EOF while looking for matching `{quote}'")
}

/// The name after a `$`, and how many bytes it takes.
fn variable(text: &str) -> Option<(String, usize)> {
    if text.starts_with('?') {
        return Some(("?".to_owned(), 1));
    }
    if let Some(inside) = text.strip_prefix('{') {
        let end = inside.find('}')?;
        return Some((inside[..end].to_owned(), end + 2));
    }
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts_well.then(|| (text[..length].to_owned(), length))
}

fn finish(pieces: &mut Word, plain: &mut String) {
    if !plain.is_empty() {
        pieces.push(Piece::Plain(std::mem::take(plain)));
    }
}

fn skip_to(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, target: usize) {
    while chars.peek().is_some_and(|(at, _)| *at < target) {
        chars.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let pipelines = parse(line).unwrap();
        let text = |piece: &Piece| match piece {
            Piece::Plain(text) | Piece::Quoted(text) => text.clone(),
            Piece::Variable { name, .. } => format!("<{name}>"),
        };
        pipelines[0].commands[0].words.iter().map(|word| word.iter().map(text).collect()).collect()
    }

    #[test]
    fn quotes_group_and_protect() {
        // Source: POSIX.1-2024, Shell Command Language, section 2.2 (Quoting).
        assert_eq!(words(r#"echo 'a  $b' "c $d\"" e\ f"#), ["echo", "a  $b", "c <d>\"", "e f"]);
        assert_eq!(words("curl https://x/?a=1\\&b=2"), ["curl", "https://x/?a=1&b=2"]);
        assert_eq!(words("echo '' x"), ["echo", "", "x"]);
    }

    #[test]
    fn pipes_and_lists_are_read() {
        let list = parse("cat a | grep b > c && echo ok; ls").unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list[0].commands.len(), 2);
        assert_eq!(list[0].commands[1].redirections.len(), 1);
        assert_eq!((list[1].when, list[2].when), (When::AfterSuccess, When::Always));
    }

    #[test]
    fn a_command_before_an_ampersand_runs_in_the_background() {
        // Source: POSIX.1-2024, Shell Command Language, section 2.9.3.1 (Asynchronous AND-OR Lists).
        let list = parse("nohup python3 a.py & echo started").unwrap();
        assert_eq!((list[0].background, list[0].text.as_str()), (true, "nohup python3 a.py"));
        assert_eq!((list[1].background, list[1].text.as_str()), (false, "echo started"));
    }

    #[test]
    fn what_is_unfinished_is_said() {
        assert!(parse("echo 'a").unwrap_err().contains("matching `''"));
        assert!(
            parse("ls |").is_err()
                && parse("| ls").is_err()
                && parse("ls >").is_err()
                && parse("ls &&").is_err()
        );
        assert!(parse("").unwrap().is_empty() && parse("# comment").unwrap().is_empty());
    }
}
