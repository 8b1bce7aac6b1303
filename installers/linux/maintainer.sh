# What the scripts of the .deb and of the .rpm have in common. `npm run package` puts the version in, and a few lines behind
# that call these as the package manager says.
new_version='@VERSION@'
installation=/opt/tillbridge
unit=tillbridge.service

has_systemd() {
  [ -d /run/systemd/system ]
}

# Debian's machines can be told to start nothing, as while an image is made.
service() { # VERB
  if command -v deb-systemd-invoke >/dev/null; then deb-systemd-invoke "$1" "$unit"; else systemctl "$1" "$unit"; fi
}

# The version that runs; empty where none does.
running_version() {
  running=
  if [ -r "$installation/current" ]; then read -r running <"$installation/current" || true; fi
  case "$running" in
    [0-9]*) if [ -x "$installation/versions/$running/bin/tillbridge" ]; then echo "$running"; fi ;;
  esac
}

# An older program may not understand what a newer one has written into the journal.
refuse_older() {
  running=$(running_version)
  [ -n "$running" ] || return 0
  [ "$running" != "$new_version" ] || return 0
  newer=$(printf '%s\n%s\n' "$running" "$new_version" | sed 's/-/~/' | sort -V | tail -n 1 | sed 's/~/-/')
  if [ "$newer" = "$running" ]; then
    echo "Tillbridge $running runs on this machine and is newer than this package ($new_version). It was left as it is, and goes on running. Install a package of $running or a newer one." >&2
    exit 1
  fi
}

# What `service install` of an unpacked folder put beside: it would stand before the package's own, and stay when that is removed.
take_over() {
  [ "$(readlink /usr/local/bin/tillbridge)" = "$installation/tillbridge" ] || return 0
  rm -f /usr/local/bin/tillbridge "/etc/systemd/system/$unit" /etc/udev/rules.d/91-tillbridge.rules
  if has_systemd; then systemctl --quiet reenable "$unit" || true; fi
}

tell_udev() {
  [ -S /run/udev/control ] || return 0
  udevadm control --reload || true
  udevadm trigger --subsystem-match=tty --subsystem-match=usb || true
}

set_up() {
  systemd-sysusers /usr/lib/sysusers.d/tillbridge.conf
  getent group dialout >/dev/null || groupadd --system dialout
  for folder in /etc/tillbridge /var/lib/tillbridge /var/log/tillbridge; do
    install -d -m 0750 -o tillbridge -g tillbridge "$folder"
  done
  take_over
  tell_udev
  if has_systemd; then systemctl daemon-reload; fi
  program=$installation/package/tillbridge-$new_version
  if [ -n "$(running_version)" ]; then
    # The program that runs puts its successor in its place: no payment is broken off, and it comes back if the new one is not healthy.
    if ! "$installation/tillbridge" update deploy "$program"; then
      echo "Tillbridge $new_version does not run: see above. $(running_version) does. \`dpkg --configure tillbridge\`, or installing the package again, tries once more." >&2
      exit 1
    fi
  else
    "$program/bin/tillbridge" update deploy "$program"
    systemctl enable --quiet "$unit" || true
    start_service
  fi
}

start_service() {
  has_systemd || return 0
  if ! service start; then
    echo "Tillbridge is installed, and its service did not start. \`systemctl status tillbridge\` tells why and what to do; it tries again by itself." >&2
  elif systemctl --quiet is-active "$unit"; then
    echo "Tillbridge runs. \`sudo tillbridge service status\` tells how it is, \`sudo tillbridge discover\` which terminals are there."
  fi
}

stop_service() {
  has_systemd || return 0
  # Payments that run are finished, or left to be found out at the next start.
  service stop || true
}

# The browsers of this machine need not trust, nor let pages reach, what is not there.
take_back_trust() {
  [ -n "$(running_version)" ] || return 0
  if ! said=$("$installation/tillbridge" certificate remove 2>&1); then echo "$said" >&2; fi
  if ! said=$("$installation/tillbridge" browser remove 2>&1); then echo "$said" >&2; fi
}

before_removal() {
  stop_service
  take_back_trust
  systemctl disable --quiet "$unit" 2>/dev/null || true
}

# Configuration and data stay.
after_removal() {
  rm -rf "$installation" /run/tillbridge.starts
  if has_systemd; then
    systemctl daemon-reload
    systemctl reset-failed "$unit" 2>/dev/null || true
  fi
  tell_udev
}

forget_everything() {
  rm -rf /etc/tillbridge /var/lib/tillbridge /var/log/tillbridge "/etc/systemd/system/$unit.d"
  if getent passwd tillbridge >/dev/null; then userdel tillbridge; fi
  if getent group tillbridge >/dev/null; then groupdel tillbridge; fi
}
