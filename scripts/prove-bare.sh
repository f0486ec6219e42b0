#!/usr/bin/env bash
# Proves the two commands on a bare Debian 12: a chroot that holds git, Node and npm, and nothing else that
# Strata needs. Mirror, certificates and registry are those of this machine. Needs root and debootstrap.
# Usage: scripts/prove-bare.sh [start|test|both] [folder to work in]
set -euo pipefail

what=${1:-both}
repository=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
commit=$(git -C "$repository" rev-parse HEAD)
work=$(mktemp -d "${2:-/var/tmp}/strata-bare-XXXXXX")
bare=$work/root
chmod 755 "$work"

say() { printf '\n== %s\n' "$*"; }

# Daemons that were started in the chroot have it as their root folder; nothing else has.
end_processes() {
  local signal=$1 link
  for link in /proc/[0-9]*/root; do
    [[ $(readlink "$link" 2>/dev/null) == "$bare" ]] && kill "-$signal" "$(basename "$(dirname "$link")")" 2>/dev/null
  done
  return 0
}

clean_up() {
  end_processes TERM
  sleep 1
  end_processes KILL
  for mount in /srv/strata /dev/shm /dev/pts /dev /sys /proc ''; do
    if mountpoint -q "$bare$mount"; then umount "$bare$mount" || umount --lazy "$bare$mount"; fi
  done
  if grep -q " $bare/" /proc/mounts; then
    echo "still mounted below $bare; it is left there" >&2
  else
    rm -rf --one-file-system "$work"
  fi
}
trap clean_up EXIT

copy_if_there() {
  local path
  for path in "$@"; do
    [[ -e $path ]] || continue
    mkdir -p "$bare$(dirname "$path")"
    rm -rf "${bare:?}$path" # else a link in there could lead back to this machine's own file
    cp -aL "$path" "$bare$(dirname "$path")/"
  done
}

say "A bare Debian 12 with git"
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' | awk '$2 == "bookworm" { print $1; exit }')
debootstrap --variant=minbase --include=git,ca-certificates bookworm "$bare" "${mirror:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
  { tail -n 20 "$work/debootstrap.log"; exit 1; }

for kept in sources.list sources.list.d apt.conf.d trusted.gpg.d keyrings; do
  rm -rf "$bare/etc/apt/$kept"
  if [[ -e /etc/apt/$kept ]]; then cp -aL "/etc/apt/$kept" "$bare/etc/apt/"; fi
done
copy_if_there /etc/resolv.conf /etc/hosts /etc/ssl/certs /usr/local/share/ca-certificates
copy_if_there ${NODE_EXTRA_CA_CERTS:+"$NODE_EXTRA_CA_CERTS"} ${SSL_CERT_FILE:+"$SSL_CERT_FILE"}

say "Node and npm"
# Debian 12 has Node 18: the machine's own is taken, the binary and npm's folder.
node=$(readlink -f "$(command -v node)")
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
mkdir -p "$bare/usr/local/bin" "$bare/usr/local/lib/node_modules"
cp "$node" "$bare/usr/local/bin/node"
cp -a "$npm" "$bare/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$bare/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$bare/usr/local/bin/npx"
registry=$(npm config get registry)

mkdir -p "$bare/srv/strata"
# A root that is a mount, as that of any computer: else what lies on it seems to lie on nothing.
mount --bind "$bare" "$bare"
mount -t proc proc "$bare/proc"
mount -t sysfs -o ro sysfs "$bare/sys"
mount --bind /dev "$bare/dev"
mount --bind /dev/pts "$bare/dev/pts"
if mountpoint -q /dev/shm; then mount --bind /dev/shm "$bare/dev/shm"; fi
mount --bind "$repository" "$bare/srv/strata"
mount -o remount,bind,ro "$bare/srv/strata"

inside() {
  chroot "$bare" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 npm_config_registry="$registry" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-}" \
    SSL_CERT_FILE="${SSL_CERT_FILE:-}" SSL_CERT_DIR="${SSL_CERT_DIR:-}" bash -c "$1"
}

inside 'git --version; node --version; npm --version; for name in virsh libvirtd qemu-system-x86_64 chromium; do
  if command -v $name; then echo "$name should not be here"; exit 1; fi; done'
say "git clone of $commit"
inside "git config --global --add safe.directory '*' && cd /root && git clone --quiet /srv/strata strata && cd strata && git checkout --quiet $commit"

# Signed in with the one-time token, the app gives its own page; then it is asked to end.
cat >"$bare/srv/enter.mjs" <<'SCRIPT'
import { readFileSync } from 'node:fs'
const { url, loginToken, pid } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const body = new URLSearchParams({ token: loginToken })
const signedIn = await fetch(`${url}/login`, { method: 'POST', redirect: 'manual', headers: { origin: url }, body })
const secret = (await signedIn.text()).trim()
const session = await fetch(`${url}/session`, { headers: { authorization: `Strata ${secret}` } })
const page = await fetch(`${url}/`)
console.log(`sign-in ${signedIn.status}, session ${session.status}, page ${page.status}`)
process.kill(pid, 'SIGTERM')
if (!session.ok || !page.ok || !(await page.text()).includes('<div id="app"')) process.exit(1)
SCRIPT

# Whether a libvirt daemon runs in the chroot as that user: the system's for root, a session's own for others.
has_daemon() {
  local uid pid
  uid=$(awk -F: -v who="$1" '$1 == who { print $3 }' "$bare/etc/passwd")
  for pid in $(pgrep --exact --uid "$uid" libvirtd); do
    if [[ $(readlink "/proc/$pid/root") == "$bare" ]]; then return 0; fi
  done
  return 1
}

# $1: who; $2: the folder of their clone
prove_start() {
  local address=/tmp/address-$1 starter
  say "npm start -- --no-window, as $1"
  SECONDS=0
  inside "cd $2 && exec runuser -u $1 -- env HOME=\$(getent passwd $1 | cut -d: -f6) npm start -- --no-window --address-file $address" &
  starter=$!
  until [[ -s $bare$address ]]; do
    kill -0 "$starter" 2>/dev/null || { echo 'npm start ended before it gave an address'; exit 1; }
    sleep 1
  done
  echo "an address after $SECONDS s"
  until has_daemon "$1"; do
    if ((SECONDS > 900)); then echo "no libvirt daemon of $1 appeared"; exit 1; fi
    sleep 1
  done
  echo "a libvirt daemon of $1 after $SECONDS s"
  inside "node /srv/enter.mjs $address"
  wait "$starter"
}

if [[ $what != test ]]; then
  prove_start root /root/strata
  # An ordinary user has a session daemon of their own; the packages are there by now.
  inside 'useradd --create-home person && cp -a /root/strata /home/person/ && chown -R person: /home/person/strata'
  prove_start person /home/person/strata
fi

if [[ $what != start ]]; then
  say "npm test"
  SECONDS=0
  inside 'cd /root/strata && npm test'
  echo "after $SECONDS s"
fi
