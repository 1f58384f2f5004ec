// Questions to the server. What is not an answer of ours is a network that failed, or a person to sign in.
export class Away extends Error {}
export class Stranger extends Error {}

export async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      signal: AbortSignal.timeout(options.patience ?? 30_000),
    });
  } catch {
    throw new Away();
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Stranger();
  if (!answer.headers.get("Content-Type")?.includes("json")) throw answer.ok ? new Stranger() : new Away();
  return { status: answer.status, told: await answer.json() };
}
