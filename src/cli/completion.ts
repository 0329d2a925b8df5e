import tab from '@bomb.sh/tab';
import addWords from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** `csg complete` answers a word a line, a tab and what it means behind it, and a line of its own at the end: `:4`. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# csg in bash: source <(csg completion bash)
_csg() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ $word == "\${COMP_WORDS[COMP_CWORD]}"* && $word != :* ]] && COMPREPLY+=("$word")
  done < <(csg complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _csg csg
`,
  zsh: `#compdef csg
# csg in zsh, behind compinit: source <(csg completion zsh)
_csg() {
  local line
  local -a found
  for line in "\${(@f)$(csg complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z $line || $line == :* ]] || found+=("\${\${line//:/\\\\:}/$'\\t'/:}")
  done
  if ((\${#found})); then _describe csg found; else _files; fi
}
compdef _csg csg
`,
  fish: `# csg in fish: csg completion fish | source
function __csg_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (csg complete -- $words[2..-1] 2>/dev/null | string match -v ':*')
    if test -n "$found"
        string join \\n -- $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c csg -f -a '(__csg_complete)'
`,
};

/**
 * Adds `completion SHELL`, and a hidden command that the scripts ask which words fit. The scripts are ours: they need
 * nothing but the shell, and offer files where no word fits, as after `csg import`.
 */
export function addCompletion(program: Command): void {
  addWords(program, { completionCommandName: 'completion' });
  const command = program.commands.find((each) => each.name() === 'completion');
  command?.description('Print the script by which a shell completes commands, options and files.');
  command?.action((shell: string) => {
    const script = SCRIPTS[shell];
    if (script === undefined) tab.setup(program.name(), program.name(), shell);
    else process.stdout.write(script);
  });
}
