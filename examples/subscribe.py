"""Follow the public events: prints type, case and number of each.

    python examples/subscribe.py amqp://user:password@host/ [name of my queue] [exchange]

The queue is your own and durable: events wait in it while you are away. Each comes at least once, and
in order per `source` and `subject` (the case); `id` tells doubles, `sequence` grows but may leave gaps.
"""

import json
import sys
import time
from collections import OrderedDict

import pika
from pika.exceptions import AMQPError

REMEMBERED = 10_000  # ids; to drop doubles after a restart too, keep them with what you store


def follow(url: str, queue: str, exchange: str, seen: "OrderedDict[str, None]") -> None:
    """Print events until the connection is lost."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=50)
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(queue, exchange, "#")
        for method, _properties, body in channel.consume(queue):
            event = json.loads(body)
            if event["id"] not in seen:
                print(event["type"], event.get("subject", "-"), int(event["sequence"]), flush=True)  # noqa: T201
                seen[event["id"]] = None
            if len(seen) > REMEMBERED:
                seen.popitem(last=False)
            channel.basic_ack(method.delivery_tag)


def main(url: str, queue: str = "my.fayuan.events", exchange: str = "fayuan.events") -> None:
    """Follow for ever: pika does not reconnect by itself."""
    seen: OrderedDict[str, None] = OrderedDict()
    while True:
        try:
            follow(url, queue, exchange, seen)
        except (AMQPError, OSError) as error:
            print(f"connecting again after {type(error).__name__}", file=sys.stderr, flush=True)  # noqa: T201
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
