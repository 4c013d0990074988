
_holdfast()
{
    local current=${COMP_WORDS[COMP_CWORD]} command= expects= kind word at words=0
    local -a before=()
    # Bash cuts --name=value into three words; here they are one option and its value.
    for ((at = 1; at < COMP_CWORD; at++)); do
        [[ ${COMP_WORDS[at]} == "=" ]] || before+=("${COMP_WORDS[at]}")
    done
    [[ $current == "=" ]] && current=
    for ((at = 0; at < ${#before[@]}; at++)); do
        word=${before[at]}
        if [[ $word == -?* ]]; then
            kind=$(_holdfast_value "$command" "$word")
            # The value that follows is passed over; if it is the word at the cursor, it is what is asked for.
            [[ -n $kind ]] && ((++at == ${#before[@]})) && expects=$kind
        elif [[ -z $command ]]; then
            command=$word
        else
            ((words++))
        fi
    done
    if [[ -z $expects ]]; then
        if [[ $current == -* ]]; then
            expects=$(_holdfast_options "$command")
        elif [[ -z $command ]]; then
            expects=$(_holdfast_commands)
        else
            expects=$(_holdfast_words "$command" "$words")
        fi
    fi
    case $expects in
        @file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        @folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        @any) COMPREPLY=() ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$expects" -- "$current") ;;
    esac
}
complete -F _holdfast holdfast
