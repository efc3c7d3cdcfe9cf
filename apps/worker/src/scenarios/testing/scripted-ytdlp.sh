#!/bin/sh
# A stand-in for yt-dlp that does one step of a plan in each run, and records how it was called. The first argument is the
# folder with the plan (steps/, scripts that use $home and $marker, done in the order of their names) and the record (runs.txt).
# It is a script of the shell, since tests run it hundreds of times, and Node begins in twenty times the CPU.
plan=$1
shift
for argument; do
  case $argument in
    --version) echo 2026.10.26; exit ;;
    # It knows every option that the worker needs.
    --help)
      echo "--no-plugin-dirs --plugin-dirs --progress-delta --js-runtimes --extractor-args --cookies --format"
      exit
      ;;
    --list-impersonate-targets | --list-extractors) echo "[debug] Post-Processor Plugins: DwldThumbnailPP" >&2; exit ;;
    --paths=home:*) home=${argument#--paths=home:} ;;
    --print=*) found=${argument%% *} found=${found#--print=} marker=${marker:-${found##*:}} ;;
  esac
done
printf '%s ' "$@" | tr '\n' ' ' >>"$plan/runs.txt"
echo >>"$plan/runs.txt"
for step in "$plan"/steps/*; do
  [ -e "$step" ] || exit 1
  mv "$step" "$plan/step"
  . "$plan/step"
  exit
done
