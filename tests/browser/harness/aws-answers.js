const encoder = new TextEncoder();

export function answerFor(message) {
  return { status: 404, headers: [], body: encoder.encode(`no answer for ${message.method} ${message.url}`) };
}
