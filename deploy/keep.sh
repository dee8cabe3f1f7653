#!/bin/sh
# keep.sh PIDFILE COMMAND...: run the command again whenever it ends, as `restart: unless-stopped` does in Docker.
# The process id of the running command stands in PIDFILE. After SIGUSR1 or SIGTERM it is not started again.
# Its process group must hold nothing but this script and what the command starts.
pidfile=$1
shift
again=yes
trap 'again=' USR1 TERM
while [ "$again" ]; do
    "$@" &
    child=$!
    echo $child >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
    # A signal interrupts `wait`, so it is asked again until the command is really gone.
    while kill -0 $child 2>/dev/null; do
        wait $child
        status=$?
    done
    # What a dead command left behind goes too: an orphaned worker of nginx would keep the port.
    trap '' TERM
    kill -TERM 0
    trap 'again=' TERM
    if [ "$again" ]; then
        echo "ended with status $status, starting it again"
        sleep 1
    fi
done
