/** The hidden first argument with which the scripts ask for completions; yargs's own protocol. */
export const completionRequest = "--get-yargs-completions";

// Not yargs's own scripts: those need bash 4 (macOS has 3.2), and decide by $SHELL, which need not be the shell asking.
const bash = `_slipway_completions() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(SHELL=bash slipway ${completionRequest} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _slipway_completions slipway`;

const zsh = `_slipway_completions() {
  local reply
  local IFS=$'\\n'
  reply=($(SHELL=zsh slipway ${completionRequest} "\${(@)words[1,CURRENT]}" 2>/dev/null))
  if [[ \${#reply} -gt 0 ]]; then _describe 'values' reply; else _default; fi
}
compdef _slipway_completions slipway`;

/** Completion script by shell name. */
export const completionScripts: Readonly<Record<string, string>> = { bash, zsh };
