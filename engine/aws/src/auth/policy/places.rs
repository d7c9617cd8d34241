//! Where the statements stand in a document's text, as the policy simulator tells it.

/// A line and a column, both from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: i32,
    pub column: i32,
}

/// From the sign that comes after what precedes the statement (its brackets, or the statement before) to the
/// sign after its last brace, for each statement of a valid document.
///
/// **Source**: the outputs of `simulate-custom-policy` and `simulate-principal-policy` in the AWS CLI's
/// examples; of a second statement our own reasoning.
pub fn statements(text: &str) -> Vec<(Place, Place)> {
    let mut out = Vec::new();
    let mut scan = Scan { depth: 0, in_statement: false, listed: false, start: None };
    let (mut line, mut column) = (1, 1);
    let mut in_string = false;
    let mut escaped = false;
    let mut word = String::new();
    for sign in text.chars() {
        (line, column) = if sign == '\n' { (line + 1, 1) } else { (line, column + 1) };
        let after = Place { line, column };
        if in_string {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                other => word.push(other),
            }
            continue;
        }
        match sign {
            '"' => {
                in_string = true;
                word.clear();
            }
            ':' if scan.depth == 1 => scan.in_statement = word == "Statement",
            '{' | '[' => scan.open(sign, after),
            '}' | ']' => {
                if let Some(start) = scan.close(sign, after) {
                    out.push((start, after));
                }
            }
            _ => {}
        }
    }
    out
}

struct Scan {
    /// How many brackets are open.
    depth: usize,
    /// The value of `Statement` is being read.
    in_statement: bool,
    /// The statements are a list.
    listed: bool,
    start: Option<Place>,
}

impl Scan {
    fn open(&mut self, sign: char, after: Place) {
        self.depth += 1;
        if self.in_statement && self.depth == 2 {
            self.listed = sign == '[';
            self.start = Some(after);
        }
    }

    /// Where the statement began that ends here.
    fn close(&mut self, sign: char, after: Place) -> Option<Place> {
        self.depth = self.depth.saturating_sub(1);
        let ends = self.in_statement && sign == '}' && self.depth == if self.listed { 2 } else { 1 };
        let started = self.start.filter(|_| ends)?;
        self.start = Some(after);
        Some(started)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[[i32; 4]]) {
        let found: Vec<[i32; 4]> = statements(text)
            .into_iter()
            .map(|(start, end)| [start.line, start.column, end.line, end.column])
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn places_are_those_of_the_policy_simulator() {
        // Source: the examples of `aws iam simulate-custom-policy` and `simulate-principal-policy`.
        check(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}"#,
            &[[1, 38, 1, 167]],
        );
        let listed = "{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \
                      \"Action\": \"codecommit:ListRepositories\",\n            \"Resource\": \"*\",\n            \
                      \"Sid\": \"S\"\n        }\n    ]\n}";
        check(listed, &[[3, 19, 9, 10]]);
        // Source: our own reasoning.
        check(r#"{"Statement":[{"Sid":"}"},{"a":["]"]}],"Id":"x"}"#, &[[1, 15, 1, 26], [1, 26, 1, 38]]);
    }
}
