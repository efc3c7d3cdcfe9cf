#compdef dwld
# Completion of dwld for zsh; made by "dwld completion zsh". The command itself knows what could stand where.

_dwld() {
  local line
  local -a candidates
  for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :files) _files && return ;;
      :folders) _files -/ && return ;;
      '') ;;
      # "word:description", where a colon of the word stands behind a backslash.
      *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  _describe -V dwld candidates
}

# Loaded by compinit as the function of the same name, or read by "source".
if [[ $funcstack[1] == _dwld ]]; then _dwld "$@"; else compdef _dwld dwld; fi
