#!/bin/bash
# Installs what .ci/run needs from Debian's packages, as far as it is not there.
set -euo pipefail

missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }

need dockerd docker.io
need iptables iptables
need mvn maven
# A JRE has no jlink, and the image has a Java runtime of its own.
need jlink openjdk-17-jdk-headless
# The image has no other shell, and not all the libraries that a dynamic one wants.
case $(ldd "$(command -v busybox || echo /none)" 2>&1 || true) in
  *"not a dynamic"*) ;;
  *) missing+=(busybox-static) ;;
esac

if [ "${#missing[@]}" -eq 0 ]; then
  echo "all there"
  exit 0
fi

# The engine's package starts it as a service, where there are services: this asks it not to.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet --quiet
# Debian releases differ in which JDK they have, and in whether the docker command is a package of its own.
if ! apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
  missing=("${missing[@]/openjdk-17-jdk-headless/default-jdk-headless}")
fi
apt-get install --quiet --quiet --yes --no-install-recommends "${missing[@]}" >/dev/null
command -v docker >/dev/null || apt-get install --quiet --quiet --yes --no-install-recommends docker-cli >/dev/null
echo "installed ${missing[*]}"
