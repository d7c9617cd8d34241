// Answers x to the power of y: GET ?x=2&y=10 gives 1024.
export const handler = async (event) => {
  const { x, y } = event.queryStringParameters ?? {};
  if (x === undefined || y === undefined) {
    return answer(400, { error: "the parameters x and y are needed" });
  }
  const result = Number(x) ** Number(y);
  if (Number.isNaN(result)) {
    return answer(400, { error: "x and y must be numbers" });
  }
  console.log(`${x} ** ${y} = ${result}`);
  return answer(200, { result });
};

const answer = (statusCode, body) => ({
  statusCode,
  headers: {
    "Content-Type": "application/json",
    // A page from another origin may read the answer only with this header.
    // Remove the slashes, apply again, and watch the preview.
    // "Access-Control-Allow-Origin": "*",
  },
  body: JSON.stringify(body),
});
