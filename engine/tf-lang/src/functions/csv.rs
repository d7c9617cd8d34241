//! Comma-separated values, read as Go's `encoding/csv` does.

/// Records of fields; blank lines are skipped. The error names the line.
pub(super) fn parse(source: &str) -> Result<Vec<Vec<String>>, String> {
    let mut records: Vec<Vec<String>> = Vec::new();
    let mut reader = Reader { rest: source, line: 0 };
    while let Some(line) = reader.next_line() {
        if line.trim_end_matches(['\r', '\n']).is_empty() {
            continue;
        }
        let first_line = reader.line;
        let record = reader.record(line)?;
        if records.first().is_some_and(|first: &Vec<String>| first.len() != record.len()) {
            return Err(failure(first_line, "wrong number of fields"));
        }
        records.push(record);
    }
    Ok(records)
}

fn failure(line: usize, problem: &str) -> String {
    format!("CSV parse error on line {line}: {problem}")
}

const QUOTE: &str = "extraneous or missing \" in quoted-field";

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    /// The next line with its break.
    fn next_line(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let len = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(len);
        self.rest = rest;
        self.line += 1;
        Some(line)
    }

    fn record(&mut self, line: &'a str) -> Result<Vec<String>, String> {
        let mut fields = Vec::new();
        let mut left = line;
        loop {
            if let Some(quoted) = left.strip_prefix('"') {
                let (field, after) = self.quoted(quoted)?;
                fields.push(field);
                match after.strip_prefix(',') {
                    Some(after) => left = after,
                    None if after.trim_end_matches(['\r', '\n']).is_empty() => return Ok(fields),
                    None => return Err(failure(self.line, QUOTE)),
                }
                continue;
            }
            let end = left.find(',');
            let field = &left[..end.unwrap_or(left.len())];
            let field = if end.is_none() { trim_break(field) } else { field };
            if field.contains('"') {
                return Err(failure(self.line, "bare \" in non-quoted-field"));
            }
            fields.push(field.to_owned());
            match end {
                Some(end) => left = &left[end + 1..],
                None => return Ok(fields),
            }
        }
    }

    /// A quoted field after its opening quote, perhaps over several lines; and what follows it.
    fn quoted(&mut self, start: &'a str) -> Result<(String, &'a str), String> {
        let mut field = String::new();
        let mut left = start;
        loop {
            match left.find('"') {
                Some(at) => {
                    field.push_str(&left[..at]);
                    left = &left[at + 1..];
                    match left.strip_prefix('"') {
                        Some(after) => {
                            field.push('"');
                            left = after;
                        }
                        None => return Ok((field, left)),
                    }
                }
                None => {
                    field.push_str(left.strip_suffix("\r\n").unwrap_or(trim_break(left)));
                    if left.ends_with('\n') {
                        field.push('\n');
                    }
                    match self.next_line() {
                        Some(line) => left = line,
                        None => return Err(failure(self.line, QUOTE)),
                    }
                }
            }
        }
    }
}

fn trim_break(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}
