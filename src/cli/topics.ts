/** Stands where a topic tells each vendor's own way. */
export const VENDORS = "{vendors}";

/** What is not about one command. */
export const TOPICS: Readonly<Record<string, string>> = {
  "golden-rule": `If you don't know, ask again with the same request id; never with a new one.

After an error, a time-out, a closed window or a crash, give the same command again with --request-id and the id that
was printed: it answers what is known, or waits for it. Only an outcome closes the id. \`unknown\` is never "failed":
look at the terminal, then \`tillbridge transactions resolve\`.`,
  money: `How a payment can end, and what that means at the counter:

  approved      it counts as paid. Another amount than asked, or a part of it: the command ends with 5
  declined      not paid: the card, its bank or the terminal said no. Try another card
  canceled      not paid: the customer or the cashier stopped it
  notPerformed  not paid: it was never sent, or the terminal says that it did nothing. It may be asked again
  unknown       nobody knows. Do not charge again: \`tillbridge help doubt\`

\`tillbridge transactions show ID\` tells which one it is, \`tillbridge transactions timeline ID\` how it came to that.
Money goes back with \`tillbridge refund --original ID\`, or \`tillbridge void --original ID\` before the batch is closed.`,
  doubt: `\`unknown\` means that the payment was sent, and nobody can tell whether money moved. It may have.

1. Wait while the terminal is \`recovering\`: it is being asked, and mostly that ends the doubt by itself.
2. Do not charge again, at no terminal. Tell the customer that you look, so that nobody pays twice.
3. \`tillbridge transactions timeline ID\` tells what was sent and heard. Look at the terminal's last slips for the time, the
   amount and the last digits, or ask the acquirer.
4. Say what you found, once:
     tillbridge transactions resolve ID --outcome approved --reason "receipt 004711 is in the terminal's journal"
     tillbridge transactions resolve ID --outcome notPerformed --reason "not in its journal, the acquirer confirms"

The terminal is \`fenced\` until then, so that no other payment wipes what it knows. Where the shop cannot wait:
\`tillbridge terminals lift-fence TERMINAL --reason "why"\`; then nobody but a person can decide the payment.`,
  terminals: `\`tillbridge discover\` shows what is there, and the command that adds it. Where a terminal does not show itself, by vendor:

${VENDORS}

A setting that is a secret is stored first, and named: \`tillbridge secret set NAME\`, then --secret-setting SETTING=NAME.
Then: \`tillbridge terminals show ID\` tells how it is, \`tillbridge terminals poll ID\` asks it and moves no money, and
\`tillbridge terminals pair ID\` pairs one that is \`unpaired\`.
To try it without a terminal: \`tillbridge simulate VENDOR\`.`,
  discovery: `\`tillbridge discover\` asks every network card, and lists what is plugged in and what vendors' accounts have.

--seconds 20   looks longer        --watch   goes on, and tells what comes and goes

Words in capitals in the command that it shows are for you to fill in. A serial adapter can have anything behind it: it is
only listed, and nothing is written to it, until you add it. A name in the network proves nothing: compare the address with
the one on the terminal's own screen.
Nothing is found? The same network is needed: no guest WLAN, no VPN in between; UDP port 5353 has to be open. Some
terminals announce nothing: \`tillbridge help terminals\` tells how they are added by their address.`,
  pos: `A POS program connects to ws://127.0.0.1:8455/v1 and shows its token. To let one in:

  tillbridge pos add till-1            a code, good for 2 minutes, that the program asks for once
  tillbridge pos add till-1 --token    a token at once, for scripts
  tillbridge pos                       who is let in, and what each may do
  tillbridge pos set till-1 --scopes status pay refund --limit sale=500.00EUR
  tillbridge pos revoke till-1         ends its rights at once

Each till has a name of its own. A program on another machine of the shop needs \`--lan\`, and \`server.lan\` in config.json.
A program in a web page: \`tillbridge help browser\`.`,
  browser: `A web page that pays needs three things on this machine:

1. The service lets it in:  tillbridge config set server.allowedOrigins '["https://pos.example.com"]', then start it again
2. Browsers do not ask:     tillbridge browser allow
3. For wss, a certificate:  tillbridge certificate install

\`tillbridge browser\` and \`tillbridge certificate\` show how it is. The page comes over https; a page of this machine itself
needs the first step alone.`,
  service: `  tillbridge service                    whether it runs, since when, and whether it takes payments
  tillbridge service start, stop        a stop waits until no payment is open
  tillbridge service install            makes a service of an unpacked program; a package has done so already
  tillbridge service uninstall          takes it away; configuration and data stay, but for --purge

Only administrators change services: with sudo on Linux, in a prompt opened as administrator on Windows. It starts with the
machine, and again by itself when it crashed. Without a service, \`tillbridge daemon\` runs in the foreground.
What it says: \`journalctl --unit tillbridge\` on Linux, the event log on Windows, and logs/tillbridge.log of its home.`,
  metrics: `GET /metrics at the service's address tells its figures to Prometheus: payments by vendor, operation and outcome, their times,
each terminal's state, link and losses, the queue, the disk's time for the journal, connected programs. The administrator's
token (data/admin.token in its home) is asked for, and this machine alone is served:

  curl --header "Authorization: Bearer TOKEN" http://127.0.0.1:8455/metrics

GET /health needs no token: 200 while payments are taken, 503 where they cannot be, for a watchdog.
The same figures and a trace of each payment go to an OpenTelemetry collector, where one is named:

  tillbridge config set telemetry.otlp '{"endpoint": "https://collector.example:4318"}', then start it again

What each figure means: docs/for-technicians.md. The day at a glance: the place "The day" on the page (\`tillbridge open\`).`,
  update: `  tillbridge update               whether an update would interrupt anybody now, and how the last one went
  tillbridge update apply FILE    puts a package in; FILE may be a folder, of which the newest is taken

It waits for payments that run (--wait SECONDS). The new version is on trial and takes no payment until it has proved itself;
where it does not (--limit SECONDS), the old one runs again by itself. The journal is the same before and after. A package of the
system (.deb, .rpm, .msi) is updated by the system, which does the same.`,
  files: `config.json                what you decide: \`tillbridge config show\`, \`tillbridge config check\`
config.last-good.json      the last one that worked; used while config.json is broken
data/journal.db            every payment and its proof. Never put an old copy back: \`tillbridge journal verify\`
data/secrets/              vendors' tokens: \`tillbridge secret list\`
data/pos.json              the POS programs: \`tillbridge pos\`
data/admin.token           whoever can read it may use this command
data/certificate/          what wss shows: \`tillbridge certificate\`
logs/tillbridge.log        what happened, one JSON document a line
logs/crash-*.json          reports of crashes

Where they lie: \`tillbridge help home\`, or \`tillbridge config path\`.`,
  home: `Everything of one installation lies in its home folder: config.json, data/ and logs/.

--home DIR, else the variable TILLBRIDGE_HOME, else the places of the system:
  Linux    /etc/tillbridge/config.json  /var/lib/tillbridge  /var/log/tillbridge
  Windows  %ProgramData%\\tillbridge

Who can read data/admin.token may use this command.`,
  json: `--json stands before, between or after the words of every command. One JSON document comes on standard output, in one line;
everything for people goes to standard error.

  done      the result, as the WebSocket protocol has it: docs/reference/websocket.md
  refused   {"error": {"message": "...", "data": {"reason": "..."}}}, with the daemon's own \`code\` and all of its \`data\` where it
            was the daemon that refused

Reasons that are not the daemon's: wrongUsage (exit code 2), daemonUnreachable (3), outcomeUnknown (4), refused (1).
\`discover --watch\` and \`trace\` print one document a line until Ctrl-C. \`journal export\` prints its own lines. \`daemon\` prints its
\`ready\` line as it is. Nothing is asked in a script: say --yes, or the command ends with 2.`,
  environment: `TILLBRIDGE_HOME    the home folder, where --home is not given
NO_COLOR           no colours, whatever its value
FORCE_COLOR=1      colours although standard output is no terminal
CI                 no moving line while a payment runs; TERM=dumb the same
NO_PROXY           is not needed: the daemon is never reached through a proxy
XDG_CACHE_HOME     from a clone: compiled code is kept in its folder tillbridge/, so that the command starts faster`,
  "exit-codes": `0  done, or approved as asked
1  refused, declined or canceled
2  wrong usage
3  the daemon cannot be reached
4  the outcome is unknown, or could not be written
5  approved for another amount than asked`,
  troubleshooting: `No daemon is running            tillbridge service start, or tillbridge daemon
This user may not read ...      say the command with sudo, or in a prompt opened as administrator
A terminal is offline           tillbridge terminals show ID tells why: power, cable, address, another program at the port
A terminal is unpaired          tillbridge terminals pair ID
A terminal is fenced            a payment is in doubt: tillbridge help doubt
Another device answers          tillbridge terminals update ID --serial-number NUMBER, if it was exchanged
Payments are not taken          tillbridge status tells why: the journal, an update, a trial
The journal does not open       tillbridge journal verify; look at the disk
config.json is broken           tillbridge config check tells where
Nothing is found                tillbridge help discovery
A web page does not connect     tillbridge help browser
All of it, checked at once      tillbridge doctor`,
};
