"""Settings of every gunicorn of the full stack; `--bind` comes from the Procfile or from compose.

The number of worker processes is gunicorn's own setting WEB_CONCURRENCY (1 unless set).
"""

import gc
from typing import Any

worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 20
keepalive = 75  # longer than nginx keeps an idle connection, so that nginx never writes to a closed one
worker_tmp_dir = "/dev/shm"  # the heartbeat file must not wait for a disk
errorlog = "-"
accesslog = None  # nginx writes the access log, without query strings
control_socket_disable = True  # nine gunicorns of one user would share one control socket
forwarded_allow_ips = "*"  # only nginx reaches these sockets; it overwrites the forwarding headers


def post_worker_init(_worker: Any) -> None:
    """What was loaded stays for ever: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
