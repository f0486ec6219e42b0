#!/bin/sh
# udhcpc calls this when its lease changes.
case "$1" in
  deconfig)
    ip link set "$interface" up
    ;;
  bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/${mask:-24}" dev "$interface"
    if [ -n "$router" ]; then ip route add default via "${router%% *}"; fi
    for server in $dns; do echo "nameserver $server"; done > /etc/resolv.conf
    ;;
esac
