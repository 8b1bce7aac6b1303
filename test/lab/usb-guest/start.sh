#!/bin/sh
# Runs in the guest: what an init would start there, and then the program with the cases.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root SYSTEMD_IGNORE_CHROOT=1
ip link set lo up
mkdir -p /run/udev
/usr/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add --subsystem-match=tty --subsystem-match=usb
udevadm settle --timeout=20
exec "$@"
