# afs-completion.bash: completes the commands of afs, the words after 'mount -o', and where 'umount' finds something to end.
#
#   . /opt/afs4j/afs-completion.bash        # in ~/.bashrc, or link it to /etc/bash_completion.d/afs

_afs_commands='demo ls stat cat put get cp mkdir rm mv ln chmod acl watch poke serve simulate status control mount umount'
_afs_mount_words='ro rw allow_other exec noexec uid= gid= timeout= io_uring= source='

# The words after -o are one word of the shell up to a '=', at which it breaks words.
_afs_mount_word() {
    local word=$1 chosen= candidate
    [[ $word != *,* ]] || chosen=${word%,*},
    COMPREPLY=()
    for candidate in $_afs_mount_words; do
        [[ $candidate != "${word##*,}"* ]] || COMPREPLY+=("$chosen$candidate")
    done
    compopt -o nospace 2>/dev/null || true # more words may follow
}

_afs() {
    local word=$2 previous=$3
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$_afs_commands" -- "$word")
        return
    fi
    case ${COMP_WORDS[1]} in
        mount)
            if [[ $previous == -o || $previous == --options ]]; then
                _afs_mount_word "$word"
            elif [[ $word == *,* && $previous == = ]]; then # a value, and then more
                _afs_mount_word "$word"
            else
                mapfile -t COMPREPLY < <(compgen -d -- "$word")
            fi
            ;;
        umount)
            local type mount_point
            while read -r _ mount_point type _; do
                [[ $type != fuse* || $mount_point != "$word"* ]] || COMPREPLY+=("$(printf '%b' "$mount_point")")
            done </proc/self/mounts
            ;;
        *) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    esac
}

complete -F _afs afs ./afs
