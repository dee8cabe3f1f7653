"""Messages between services: contracts, unit of work, outbox, relay, inbox and two transports."""
