// Writes a log with pino and pino-http, in which OpenTelemetry's instrumentation
// puts the ids of traces: two requests, of which the second fails.
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { PinoInstrumentation } = require("@opentelemetry/instrumentation-pino");

new NodeTracerProvider().register();
const instrumentations = [new HttpInstrumentation(), new PinoInstrumentation()];
registerInstrumentations({ instrumentations });

const http = require("http");
const base = { pid: process.pid, hostname: "web-1" };
const logger = require("pino")({ name: "shop", base });
const asRequest = require("pino-http")({ logger });

const server = http.createServer((request, response) => {
  asRequest(request, response);
  request.log.info({ hit: false, tags: ["a", "b"] }, "looked into the cache");
  setTimeout(() => {
    if (request.url.startsWith("/orders/8")) {
      response.err = new TypeError("no such order");
      response.statusCode = 500;
      request.log.warn("gave up");
    }
    response.end("done\n");
  }, 20);
});

server.listen(0, async () => {
  logger.info("listening");
  for (const path of ["/orders/7", "/orders/8?user=ann"]) {
    const headers = { "user-agent": "curl/8" };
    await fetch(`http://localhost:${server.address().port}${path}`, { headers });
  }
  server.close();
});
