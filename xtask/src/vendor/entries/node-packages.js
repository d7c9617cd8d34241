// The packages behind Node's builtins in JavaScript handlers (see public/workers/javascript).
export { Buffer } from "buffer";
export { default as EventEmitter } from "events";
export { default as path } from "path-browserify";
export { hmac } from "@noble/hashes/hmac.js";
export { md5, sha1 } from "@noble/hashes/legacy.js";
export { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
