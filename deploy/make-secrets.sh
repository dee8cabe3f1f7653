#!/bin/sh
# make-secrets.sh FOLDER: random passwords for docker-compose.yml; what is there already stays.
set -eu
folder=$1
if [ -e "$folder/transport_url" ]; then
    echo "$folder 已有密码，保持不变 already there, kept"
    exit 0
fi
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
mkdir -p "$folder"
chmod 700 "$folder"
postgres=$(random)
rabbitmq=$(random)
printf '%s' "$postgres" >"$folder/postgres_password"
printf 'postgresql+psycopg://fayuan:%s@postgres:5432/fayuan' "$postgres" >"$folder/database_url"
printf 'default_user = fayuan\ndefault_pass = %s\n' "$rabbitmq" >"$folder/rabbitmq_user"
# Last, because it says that all are there.
printf 'amqp://fayuan:%s@rabbitmq:5672/%%2F' "$rabbitmq" >"$folder/transport_url"
chmod 644 "$folder"/*
echo "密码已写入 written to $folder"
