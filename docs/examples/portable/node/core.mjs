export function greet({ name }) {
  if (!name) {
    return { status: 400, body: { error: "name is missing" } };
  }
  return { status: 200, body: { message: `Hello, ${name}!` } };
}
