//! JWT authorizers: is this token one of the issuer's, and does it fit?
//!
//! **Source**: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers in API Gateway" and
//! "Troubleshooting issues with HTTP API JWT authorizers" (the header with an invalid audience); RFC 6750, section 3;
//! the other descriptions as users quote them or, where nobody does, in the words of the first.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::rsa;
use super::shapes::JwtConfiguration;

/// A token taken apart, its signature not yet checked.
#[derive(Debug)]
pub struct Token {
    pub key_id: String,
    pub claims: Map<String, Value>,
    signed: String,
    signature: Vec<u8>,
}

/// Why a token is refused, as `error_description` tells.
pub type Description = String;

impl Token {
    pub fn parse(text: &str) -> Result<Self, Description> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err("token contains an invalid number of segments".to_owned());
        };
        let decoded = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
        };
        let malformed = || "token is malformed".to_owned();
        let fields = decoded(header).ok_or_else(malformed)?;
        let claims = decoded(payload).ok_or_else(malformed)?;
        let algorithm = fields.get("alg").and_then(Value::as_str).unwrap_or("");
        if algorithm != "RS256" {
            return Err(format!("signing method {algorithm} is invalid"));
        }
        let key_id =
            fields.get("kid").and_then(Value::as_str).ok_or("kid is missing in the token's header")?;
        let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).map_err(|_| malformed())?;
        Ok(Token { key_id: key_id.to_owned(), claims, signed: format!("{header}.{payload}"), signature })
    }

    /// Whether the keys have the one that the token names.
    pub fn is_of(&self, keys: &Value) -> bool {
        self.key(keys).is_some()
    }

    fn key<'a>(&self, keys: &'a Value) -> Option<&'a Value> {
        keys["keys"].as_array()?.iter().find(|key| key["kid"] == self.key_id.as_str() && key["kty"] == "RSA")
    }

    /// Checks signature, issuer, audience and times.
    pub fn check(&self, keys: &Value, wanted: &JwtConfiguration, now_s: i64) -> Result<(), Description> {
        let number =
            |key: &Value, name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str()?.trim_end_matches('=')).ok();
        let key = self.key(keys).ok_or("kid not found in the issuer's keys")?;
        let verified = number(key, "n").zip(number(key, "e")).is_some_and(|(modulus, exponent)| {
            rsa::verify(&modulus, &exponent, self.signed.as_bytes(), &self.signature)
        });
        if !verified {
            return Err("the token has an invalid signature".to_owned());
        }
        if self.claims.get("iss").and_then(Value::as_str) != wanted.issuer.as_deref() {
            return Err("the token does not have a valid issuer".to_owned());
        }
        // `client_id` counts only where there is no audience.
        let named = self.claims.get("aud").or_else(|| self.claims.get("client_id"));
        let audience = wanted.audience.as_deref().unwrap_or_default();
        let fits = |value: &Value| audience.iter().any(|known| value == known.as_str());
        let fits = match named {
            Some(Value::Array(items)) => items.iter().any(fits),
            Some(value) => fits(value),
            None => false,
        };
        if !audience.is_empty() && !fits {
            return Err("the token does not have a valid audience".to_owned());
        }
        let time = |name: &str| self.claims.get(name).and_then(Value::as_f64);
        match time("exp") {
            None => return Err("the token does not have an expiration time".to_owned()),
            Some(at) if at <= now_s as f64 => return Err("the token has expired".to_owned()),
            Some(_) => {}
        }
        if time("nbf").is_some_and(|at| at > now_s as f64) {
            return Err("the token is not valid yet".to_owned());
        }
        if time("iat").is_some_and(|at| at > now_s as f64) {
            return Err("the token was issued in the future".to_owned());
        }
        Ok(())
    }

    /// The scopes that the token has: `scope` is a text with spaces, `scp` may be a list.
    pub fn scopes(&self) -> Vec<String> {
        match self.claims.get("scope").or_else(|| self.claims.get("scp")) {
            Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// What the integration gets to know: all claims as texts.
    pub fn context(&self, has_scopes: bool) -> Value {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                    .collect();
                format!("[{}]", items.join(" "))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
        };
        let claims: Map<String, Value> =
            self.claims.iter().map(|(name, value)| (name.clone(), Value::from(text(value)))).collect();
        let scopes = has_scopes.then(|| self.scopes());
        json!({"jwt": {"claims": claims, "scopes": scopes}})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer;

    fn check(claims: &Value, audience: &[&str]) -> Result<(), Description> {
        let (n, e) = issuer::public_key();
        let [n, e] = [n, e].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let keys = json!({"keys": [{"kty": "RSA", "kid": "nuvola-1", "n": n, "e": e}]});
        let wanted = JwtConfiguration {
            issuer: Some("https://i.example".to_owned()),
            audience: Some(audience.iter().map(|text| (*text).to_owned()).collect()),
        };
        Token::parse(&issuer::signed(claims))?.check(&keys, &wanted, 1000)
    }

    #[test]
    fn tokens_must_fit() {
        // Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers in API Gateway".
        let good = json!({"iss": "https://i.example", "aud": "app", "exp": 2000});
        assert_eq!(check(&good, &["app"]), Ok(()));
        assert_eq!(check(&good, &["other"]), Err("the token does not have a valid audience".to_owned()));
        let client = json!({"iss": "https://i.example", "client_id": "app", "exp": 2000});
        assert_eq!(check(&client, &["app"]), Ok(()));
        let old = json!({"iss": "https://i.example", "aud": ["x", "app"], "exp": 1000});
        assert_eq!(check(&old, &["app"]), Err("the token has expired".to_owned()));
        let early = json!({"iss": "https://i.example", "aud": "app", "exp": 2000, "nbf": 1500});
        assert_eq!(check(&early, &["app"]), Err("the token is not valid yet".to_owned()));
        let foreign = json!({"iss": "https://j.example", "aud": "app", "exp": 2000});
        assert!(check(&foreign, &["app"]).unwrap_err().contains("issuer"));
        let mut forged = issuer::signed(&good);
        forged.replace_range(forged.len() - 4.., "AAAA");
        assert!(Token::parse(&forged).is_ok());
        assert!(Token::parse("a.b").unwrap_err().contains("segments"));
        let none = format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        assert_eq!(Token::parse(&none).unwrap_err(), "signing method none is invalid");
    }
}
