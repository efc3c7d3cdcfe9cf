# Completion of dwld for fish; made by "dwld completion fish". The command itself knows what could stand where.

function __dwld_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l candidates ($words[1] complete -- $words[2..-1] "$typed" 2>/dev/null)
    switch "$candidates[1]"
        case :files
            __fish_complete_path $typed
        case :folders
            __fish_complete_directories $typed
        case '*'
            string join -- \n $candidates
    end
end

complete -c dwld -f -a '(__dwld_complete)'
