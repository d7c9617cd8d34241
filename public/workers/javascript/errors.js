/** Errors of handlers: AWS's payloads and log texts. */

const OWN_FRAME = /\((https?:|blob:)|at (https?:|blob:|async https?:)/;

/** An error of the runtime itself, with AWS's `errorType`. */
export class RuntimeFault extends Error {
  constructor(kind, message, stack) {
    super(message);
    Object.defineProperty(this, "name", { value: `Runtime.${kind}`, enumerable: false });
    this.stack = stack ?? `${this.name}: ${message}`;
  }
}

/** Thrown by `process.exit`. */
export class ExitRequest {
  constructor(code) {
    this.code = code;
  }
}

/** The payload of an error, as the runtime posts it. */
export function errorPayload(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: stackLines(error) };
}

/** An error as the runtime logs it: JSON with what errors do not enumerate. */
export function errorText(error) {
  const known = error instanceof Error ? error : new Error(error);
  const replace = (_, value) =>
    value instanceof Error
      ? { errorType: value.name, errorMessage: value.message, code: value.code, ...value, stack: stackLines(value) }
      : value;
  return `\t${JSON.stringify(known, replace)}`;
}

export function exitPayload(requestId, code) {
  const reason = code
    ? `Runtime exited with error: exit status ${code}`
    : "Runtime exited without providing a reason";
  return { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${reason}` };
}

function isError(error) {
  return error instanceof Error || ["name", "message", "stack"].every((key) => typeof error?.[key] === "string");
}

// The frames of the sandbox itself are none of the program's.
function stackLines(error) {
  return String(error.stack ?? "")
    .split("\n")
    .filter((line) => !OWN_FRAME.test(line));
}
