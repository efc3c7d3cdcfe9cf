# Completion of dwld for bash; made by "dwld completion bash". The command itself knows what could stand where.

_dwld() {
  local typed candidate
  local -a words
  # The words as a space parts them: readline parts them at "=" and ":" too, and replaces what is behind those alone.
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
  [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=('')
  typed=${words[-1]}
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    case $candidate in
      :files | :folders)
        compopt -o filenames
        if [[ $candidate == :files ]]; then
          mapfile -t COMPREPLY < <(compgen -f -- "$2")
        else
          mapfile -t COMPREPLY < <(compgen -d -- "$2")
        fi
        ;;
      *)
        COMPREPLY+=("${candidate#"${typed%"$2"}"}")
        ;;
    esac
  done < <("$1" complete -- "${words[@]:1}" 2>/dev/null)
}

complete -F _dwld dwld
