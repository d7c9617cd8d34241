//! An issuer of tokens that the lab lends: `https://issuer.nuvola.test`.
//!
//! It is no service of AWS. It gives anybody a token with any claims, signed by a key that everybody can read
//! here: enough to try JWT authorizers, and nothing to trust.
//!
//! **Source**: OpenID Connect Discovery 1.0, section 4; RFC 7517 (keys), RFC 7519 (tokens), RFC 7515 (signatures).

use crate::apigatewayv2::rsa;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use nuvola_wire::{Request, Response};
use serde_json::{Map, Value, json};

pub const HOST: &str = "issuer.nuvola.test";
const ISSUER: &str = "https://issuer.nuvola.test";
const KEY_ID: &str = "nuvola-1";
const EXPONENT: &str = "AQAB";
const MODULUS: &str = "pFtWtZO0UhFc7o9h00UGF_0VK9iHyCEvWerYyOuHHPPHJRxxL5Ga4-NFPxXxlMJ-L6qLsB347zo847uM2H85eROqYuxew4jpm2aTWBudMvG8ahYrQme5XerHlx2LW9UnHUmL_czFIbYIfQcNbfjekwRYBW9H408bKyipqU3HvUyaGRF-A23E-ZcAspCPmwiCSf2cnVEWjbrx721UZbbvVbZjM9sETEJbRoMpGaSUAlOrvj1WyEspdto7SNFggZrykWSsDfwbPZLozjpmSa4QGiic7tMZ1SKzZp8FyYhn1vx0NaW9oX9Zoyp9nz5uEkUIP_fZiD_X-r4jht7SRfgl8w";
/// Private in name only: the issuer signs for everybody anyway.
const PRIVATE_EXPONENT: &str = "Sgd2G91GuDxn3nAowO9zGjT9Zz1lk2gXGuoj8QPdXNYU2gtgk-uCl6jTlOG-aaHdEn0_4_jsGlzh9jWQ8CcF7RpFgb8zw-EUT9G5BlORz9OAaUxI-eUcYkgQ1GkTTy7IKnHpI00rcc67Lg2SJ_mTzyaCuxfvilwkQaFUIhUNpZ51QrxbWGkmH1ulBDkIZpS9y1VtlaJhROtZ-nwvwJkp73N-6GdMvdkSpf87jxa6fI0zIWLWf8dxI0FDP1juk22Zv9WFLGC5hWltqpGOQIWwttsmhm2UQos4A9wcTn6QEPF9zkmIWtAsmSkX9vYHRL8HpXdTnaH9-DDL4A_isw2cuQ";

/// How long a token is good for, unless the client asks for another time.
const LIFETIME_S: i64 = 3600;

const ABOUT: &str = "This issuer belongs to the lab and not to AWS. POST /token gives anybody a token with the claims that the \
                     form names (aud, sub, scope, expires_in), signed by a key that everybody knows.\n";

/// Answers a request to the issuer.
pub fn answer(request: &Request, now_s: i64) -> Response {
    let json = |document: Value| Response::new(200).with_body("application/json", document.to_string());
    let response = match (request.method.as_str(), request.path.as_str()) {
        ("OPTIONS", _) => Response::new(204)
            .with_header("Access-Control-Allow-Methods", "GET, POST")
            .with_header("Access-Control-Allow-Headers", "*"),
        ("GET", "/.well-known/openid-configuration") => json(json!({
            "issuer": ISSUER,
            "jwks_uri": format!("{ISSUER}/jwks.json"),
            "token_endpoint": format!("{ISSUER}/token"),
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })),
        ("GET", "/jwks.json") => json(json!({"keys": [
            {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": MODULUS, "e": EXPONENT},
        ]})),
        ("POST" | "GET", "/token") => json(token(request, now_s)),
        ("GET", "/") => Response::new(200).with_body("text/plain; charset=utf-8", ABOUT),
        _ => Response::new(404).with_body("text/plain; charset=utf-8", ABOUT),
    };
    response.with_header("Access-Control-Allow-Origin", "*")
}

fn token(request: &Request, now_s: i64) -> Value {
    let mut claims = Map::new();
    let mut lifetime_s = LIFETIME_S;
    let form = nuvola_wire::uri::parse_query(request.body.as_text().unwrap_or(""));
    for (name, value) in request.query_pairs().into_iter().chain(form) {
        match name.as_str() {
            "expires_in" => lifetime_s = value.parse().unwrap_or(LIFETIME_S),
            "grant_type" | "client_secret" => {}
            "audience" => drop(claims.insert("aud".to_owned(), Value::from(value))),
            "nbf" | "exp" | "iat" => {
                let number = value.parse::<i64>().map_or(Value::from(value), Value::from);
                claims.insert(name, number);
            }
            _ => drop(claims.insert(name, Value::from(value))),
        }
    }
    let mut put = |name: &str, value: Value| {
        claims.entry(name.to_owned()).or_insert(value);
    };
    put("iss", ISSUER.into());
    put("sub", "student".into());
    put("iat", now_s.into());
    put("exp", now_s.saturating_add(lifetime_s).into());
    json!({"access_token": signed(&Value::Object(claims)), "token_type": "Bearer", "expires_in": lifetime_s})
}

/// A token in compact form.
pub fn signed(claims: &Value) -> String {
    let part = |document: &Value| URL_SAFE_NO_PAD.encode(document.to_string());
    let header = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"});
    let text = format!("{}.{}", part(&header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes()));
    format!("{text}.{signature}")
}

fn number(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("the constants are base64")
}

pub fn public_key() -> (Vec<u8>, Vec<u8>) {
    (number(MODULUS), number(EXPONENT))
}

pub fn sign(message: &[u8]) -> Vec<u8> {
    rsa::sign(&number(MODULUS), &number(PRIVATE_EXPONENT), message).expect("the lab's key is one of RSA")
}
