# A Docker engine of our own: its own data, its own socket, nothing of anybody else's. Sourced by run.

engine_pid=

# start_engine <directory>: starts it and has DOCKER_HOST lead there. Images stay in the directory for the next time.
start_engine() {
  local directory=$1 waited
  mkdir -p "$directory"
  end_leftover "$directory"
  # Without the default bridge, which another engine on this machine may have; and without a proxy for published ports,
  # which would answer for a broker that has been cut off. The lock on the cache is ours, not the engine's.
  dockerd --data-root "$directory/data" --exec-root "$directory/exec" --pidfile "$directory/dockerd.pid" \
    --host "unix://$directory/docker.sock" --bridge none --userland-proxy=false >"$directory/dockerd.log" 2>&1 9>&- &
  engine_pid=$!
  export DOCKER_HOST="unix://$directory/docker.sock"
  for waited in $(seq 300); do
    if docker info >/dev/null 2>&1; then
      echo "started in $((waited / 5)) s"
      return 0
    fi
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 30 "$directory/dockerd.log"
  return 1
}

# Ends the engine, and with it whatever runs on it.
stop_engine() {
  [ -n "$engine_pid" ] || return 0
  end_process "$engine_pid"
  wait "$engine_pid" 2>/dev/null
  engine_pid=
}

# An engine that an earlier run could not stop, because it was killed, still has the directory.
end_leftover() {
  local pid
  pid=$(cat "$1/dockerd.pid" 2>/dev/null) || return 0
  if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "--data-root $1/data"; then end_process "$pid"; fi
  rm -f "$1/dockerd.pid"
}

end_process() {
  kill "$1" 2>/dev/null
  for _ in $(seq 150); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -KILL "$1" 2>/dev/null
}
