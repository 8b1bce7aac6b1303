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

# Before the new files come: what the version that runs was proved with, so that it has that again where the new one does not prove
# itself. `start-version` puts it back at each start of that version, also after a power cut.
keep_parts() {
  running=$(running_version)
  [ -n "$running" ] || return 0
  kept=
  if [ -r "$installation/before/version" ]; then read -r kept <"$installation/before/version" || true; fi
  # In the middle of a trial, or after one that was taken back, it is kept already.
  if [ "$kept" = "$running" ] || { [ -n "$kept" ] && [ -e "$installation/trial" ]; }; then return 0; fi
  fresh=$installation/before.fresh
  rm -rf "$fresh"
  if ! copy_parts "$fresh" "$running"; then
    rm -rf "$fresh"
    echo "Tillbridge $running was left as it is, and goes on running: what it runs with cannot be kept in $installation/before. Is the disk full? Free some space, and install the package again." >&2
    exit 1
  fi
}

copy_parts() { # FOLDER VERSION
  mkdir -m 0755 "$1" || return 1
  unit_file=/usr/lib/systemd/system/$unit
  if [ ! -e "$unit_file" ]; then unit_file=/etc/systemd/system/$unit; fi
  rules=/usr/lib/udev/rules.d/91-tillbridge.rules
  if [ ! -e "$rules" ]; then rules=/etc/udev/rules.d/91-tillbridge.rules; fi
  for part in "$unit_file" "$rules" "$installation/tillbridge" "$installation/start-version"; do
    if [ -e "$part" ]; then cp -p "$part" "$1/" || return 1; fi
  done
  echo "$2" >"$1/version" && sync "$1"/* "$1" || return 1
  rm -rf "$installation/before"
  mv "$1" "$installation/before" && sync "$installation"
}

# Into their places, where others are. One that cannot be written does not keep the others from theirs.
put_parts() { # FOLDER
  missing=
  for place in "/usr/lib/systemd/system/$unit" /usr/lib/udev/rules.d/91-tillbridge.rules "$installation/tillbridge" "$installation/start-version"; do
    part=$1/${place##*/}
    # An empty one is what a power cut left, and would start nothing.
    if [ ! -s "$part" ]; then continue; fi
    if [ "$(cat "$part")" = "$(cat "$place" 2>/dev/null)" ]; then
      # rpm leaves what it unpacks to the system's memory, and a power cut now would leave an empty one.
      sync "$place" "${place%/*}" || missing=$place
      continue
    fi
    put_part "$part" "$place" || missing=$place
  done
  tell_udev
  if has_systemd; then systemctl daemon-reload || true; fi
  [ -z "$missing" ]
}

# On the disk before it has its name, and its name when it returns: a power cut leaves the one before or this one, and none empty.
put_part() { # FROM TO
  mode=644
  case "$2" in "$installation"/*) mode=755 ;; esac
  if cp "$1" "$2.fresh" && chmod "$mode" "$2.fresh" && sync "$2.fresh" && mv -f "$2.fresh" "$2" && sync "${2%/*}"; then
    return 0
  fi
  rm -f "$2.fresh" || true
  return 1
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
  program=$installation/package/tillbridge-$new_version
  # They are there already, unless this is another try after one that was taken back.
  if ! put_parts "$program/service"; then
    echo "Tillbridge $new_version was not put in: $missing cannot be written (see above). Is the disk full? Free some space, and install the package again." >&2
    exit 1
  fi
  if [ -n "$(running_version)" ]; then
    replace_running
  else
    "$program/bin/tillbridge" update deploy "$program"
    systemctl enable --quiet "$unit" || true
    start_service
  fi
}

# The program that runs puts its successor in its place: no payment is broken off, and it comes back if the new one is not healthy.
replace_running() {
  was_up=
  if has_systemd && ! systemctl --quiet is-active "$unit"; then was_up=no; fi
  by=$installation/tillbridge
  # Whoever installs the same version again may do so because it is broken.
  if [ "$(running_version)" = "$new_version" ]; then by=$program/bin/tillbridge; fi
  deployed=yes
  "$by" update deploy "$program" || deployed=no
  if [ "$(running_version)" = "$new_version" ]; then
    rm -rf "$installation/before"
  elif [ -d "$installation/before" ]; then
    # Put off, refused or taken back: the program before has what it ran with before.
    put_parts "$installation/before" ||
      echo "$missing is not the one of Tillbridge $(running_version) again: it cannot be written (see above). Is the disk full? Free some space. The next start of the service puts it back from $installation/before." >&2
    if has_systemd && [ "$was_up" != no ] && ! systemctl --quiet is-active "$unit"; then service restart || true; fi
  fi
  if [ "$deployed" = no ]; then
    again="\`dpkg --configure tillbridge\`, or installing the package again,"
    # To rpm it is installed, and what failed is a warning.
    if [ ! -e /var/lib/dpkg/info/tillbridge.list ]; then again="\`dnf reinstall tillbridge\`, or \`rpm --upgrade --force\` with the package,"; fi
    echo "Tillbridge $new_version does not run: see above. $(running_version) does. $again tries once more." >&2
    exit 1
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
  # It holds new payments back and waits for those that run, up to 90 s. 2: one is still open, and nobody can be asked here.
  stopped=0
  if [ -n "$(running_version)" ]; then
    said=$("$installation/tillbridge" service stop </dev/null 2>&1) || stopped=$?
  fi
  if [ "$stopped" -eq 2 ]; then
    echo "$said" >&2
    echo "Nothing was removed. Try again when it is quiet, or stop the service before: \`sudo tillbridge service stop\` asks what is to become of that payment." >&2
    exit 1
  fi
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
