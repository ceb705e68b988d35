# Writes a log with OpenTelemetry's SDK: each record on a line, as its console
# exporter writes it without indentation.
import logging
import sys

from opentelemetry import trace
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

resource = Resource.create({"service.name": "shop"})
trace.set_tracer_provider(TracerProvider(resource=resource))
logs = LoggerProvider(resource=resource)
exporter = ConsoleLogRecordExporter(
    sys.stdout, formatter=lambda record: record.to_json(indent=None) + "\n"
)
logs.add_log_record_processor(SimpleLogRecordProcessor(exporter))
logging.getLogger().addHandler(LoggingHandler(level=logging.INFO, logger_provider=logs))
logger = logging.getLogger("shop.steps")
logger.setLevel(logging.INFO)

logger.info("listening")
tracer = trace.get_tracer("shop")
with tracer.start_as_current_span("GET /orders/{id}"):
    convention = {"http.route": "/orders/{id}", "user.id": 42}
    logger.info("looked into the cache", extra={"hit": False, "rows": 3, **convention})
    with tracer.start_as_current_span("load_order"):
        try:
            {}["order"]
        except KeyError:
            logger.exception("no such order")
