/** What each shell is told once. It asks this command for the words, so that a new version brings its own. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/**
 * All of them speak the same to the hidden command `complete`: `--word=` is what stands before the cursor, the words before it
 * come behind `--`. The first line of the answer is `words` or `files`; then one candidate a line, with its meaning behind a tab.
 * Nothing that was typed is ever evaluated, and a failure says nothing.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# tillbridge: completion for bash 3.2 and newer. In ~/.bashrc:  eval "$(tillbridge completion bash)"
_tillbridge() {
  local kind="" value meaning tab=$'\\t'
  COMPREPLY=()
  while IFS=$tab read -r value meaning; do
    if [ -z "$kind" ]; then kind=$value; else COMPREPLY+=("$(printf '%q' "$value")"); fi
  done < <(command "\${COMP_WORDS[0]}" complete --shell bash "--word=\${COMP_WORDS[COMP_CWORD]}" -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
  if [ "$kind" = files ]; then compopt -o default 2>/dev/null; fi
}
complete -F _tillbridge tillbridge
`,
  zsh: `#compdef tillbridge
# tillbridge: completion for zsh. In ~/.zshrc, below compinit:  eval "$(tillbridge completion zsh)"
_tillbridge() {
  local -a lines values
  local line
  lines=("\${(@f)$(command "\${(Q)words[1]}" complete --shell zsh "--word=\${(Q)words[CURRENT]}" -- "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
  if [[ $lines[1] == files ]]; then _files; return; fi
  for line in "\${(@)lines[2,-1]}"; do
    values+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -t values tillbridge values
}
if [ "\${funcstack[1]}" = _tillbridge ]; then _tillbridge; else compdef _tillbridge tillbridge; fi
`,
  fish: `# tillbridge: completion for fish.  tillbridge completion fish > ~/.config/fish/completions/tillbridge.fish
function __tillbridge_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l lines (command $words[1] complete --shell fish "--word=$word" -- $words[2..-1] 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path "$word"
    else if test (count $lines) -gt 1
        printf '%s\\n' $lines[2..-1]
    end
end
complete -c tillbridge -f -k -a '(__tillbridge_complete)'
`,
  powershell: `# tillbridge: completion for PowerShell 5.1 and newer. In $PROFILE:  tillbridge completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tillbridge, tillbridge.cmd -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  # A batch file hands on what it gets unquoted: only what means nothing to it goes there.
  $plain = { param($text) $text -replace '[^\\w.,:/@=+\\\\-]', '_' }
  $elements = @($commandAst.CommandElements)
  $words = @($elements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { & $plain $_.Extent.Text })
  $lines = @(& $elements[0].Extent.Text complete --shell powershell "--word=$(& $plain $wordToComplete)" -- $words 2>$null)
  if ($lines.Count -eq 0 -or $lines[0] -eq 'files') { return }
  $lines | Select-Object -Skip 1 | ForEach-Object {
    $value, $meaning = $_ -split "\`t", 2
    if (-not $meaning) { $meaning = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $meaning)
  }
}
`,
};
