// The story of `docs/console`, by pino, to be read by pino-pretty.

const pino = require("pino");

const log = pino({ base: { service: "messages" } });
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function findUser() {
  await sleep(1.3);
}

async function fetchMessages(log, tenant) {
  log.info({ tenant }, "reading the tenant's database");
  if (tenant === "globex") {
    await sleep(250);
    const cause = new Error("database is locked");
    throw new Error("database timeout while fetching user messages", { cause });
  }
  await sleep(3);
  log.info({ tenant, found: 2 }, "fetched the messages");
}

async function timed(log, step, run) {
  const start = performance.now();
  try {
    await run();
  } finally {
    log.info({ step, duration_ms: millis(start) }, "step finished");
  }
}

function millis(start) {
  return Number((performance.now() - start).toFixed(3));
}

async function getMessages(userId, tenant, traceId) {
  const start = performance.now();
  const request = log.child({ trace_id: traceId });
  const facts = { method: "GET", route: "/users/{id}/messages", user_id: userId };
  try {
    await timed(request, "find_user", findUser);
    await timed(request, "fetch_messages", () => fetchMessages(request, tenant));
    const ended = { ...facts, status: 200, duration_ms: millis(start) };
    request.info(ended, "request processed");
  } catch (err) {
    const ended = { ...facts, status: 500, duration_ms: millis(start), err };
    request.error(ended, "request failed");
  }
}

async function main() {
  log.info({ address: "127.0.0.1:3000" }, "listening");
  await getMessages(41, "acme", "4f1d9c0e8a7b4c53a2d6e1f0b9c8d7e6");
  await getMessages(42, "globex", "48a5ba26f01d4c7e9b3a5d8c6e2f1a07");
}

main();
