"""The story of `docs/console`, by structlog's ConsoleRenderer."""

import time

import structlog

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S.%f", utc=True),
        structlog.dev.ConsoleRenderer(
            colors=True,
            force_colors=True,
            exception_formatter=structlog.dev.plain_traceback,
        ),
    ],
)
log = structlog.get_logger()


class DatabaseTimeout(Exception):
    pass


def find_user():
    time.sleep(0.0013)


def fetch_messages(tenant):
    log.info("reading the tenant's database", tenant=tenant)
    if tenant == "globex":
        time.sleep(0.25)
        cause = ConnectionError("database is locked")
        raise DatabaseTimeout("database timeout while fetching user messages") from cause
    time.sleep(0.003)
    log.info("fetched the messages", tenant=tenant, found=2)


def timed(name, step, *args):
    start = time.perf_counter()
    try:
        step(*args)
    finally:
        log.info("step finished", step=name, duration_ms=millis(start))


def millis(start):
    return round((time.perf_counter() - start) * 1000, 3)


def get_messages(user_id, tenant, trace_id):
    route = "/users/{id}/messages"
    start = time.perf_counter()
    with structlog.contextvars.bound_contextvars(trace_id=trace_id):
        facts = dict(method="GET", route=route, user_id=user_id)
        try:
            timed("find_user", find_user)
            timed("fetch_messages", fetch_messages, tenant)
        except DatabaseTimeout:
            log.exception("request failed", status=500, duration_ms=millis(start), **facts)
        else:
            log.info("request processed", status=200, duration_ms=millis(start), **facts)


log.info("listening", address="127.0.0.1:3000")
get_messages(41, "acme", "4f1d9c0e8a7b4c53a2d6e1f0b9c8d7e6")
get_messages(42, "globex", "48a5ba26f01d4c7e9b3a5d8c6e2f1a07")
