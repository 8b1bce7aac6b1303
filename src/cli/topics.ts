/** What is not about one command. */
export const TOPICS: Readonly<Record<string, string>> = {
  "golden-rule": `If you don't know, ask again with the same request id; never with a new one.

After an error, a time-out, a closed window or a crash, give the same command again with --request-id and the id that
was printed: it answers what is known, or waits for it. Only an outcome closes the id. \`unknown\` is never "failed":
look at the terminal, then \`tillbridge transactions resolve\`.`,
  "exit-codes": `0  done, or approved as asked
1  refused, declined or canceled
2  wrong usage
3  the daemon cannot be reached
4  the outcome is unknown
5  approved for another amount than asked`,
  home: `Everything of one installation lies in its home folder: config.json, data/ and logs/.

--home DIR, else the variable TILLBRIDGE_HOME, else the places of the system:
  Linux    /etc/tillbridge/config.json  /var/lib/tillbridge  /var/log/tillbridge
  Windows  %ProgramData%\\tillbridge

Who can read data/admin.token may use this command.`,
};
