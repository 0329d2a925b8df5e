import type { Argument, Command, Option } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../src/cli/exit-codes.ts';
import { createProgram } from '../src/cli/program.ts';
import { code, generatedPage, table } from './markdown.ts';

/** Every command that people call: every other one of `commands` is a group of its own. */
function allCommands(command: Command, prefix: string): readonly (readonly [name: string, command: Command])[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((each) => each.name() !== 'help')
    .flatMap((each) => {
      const name = `${prefix} ${each.name()}`;
      return each.commands.length > 0 ? allCommands(each, name) : [[name, each] as const];
    });
}

function notes({ argChoices, defaultValue }: Option | Argument): string {
  const choices = argChoices === undefined ? '' : ` One of ${argChoices.map(code).join(', ')}.`;
  const standard: unknown = defaultValue;
  return `${choices}${standard === undefined || standard === false ? '' : ` Default: ${code(String(standard))}.`}`;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

function commandSection([name, command]: readonly [string, Command]): string {
  const argumentRows = command.registeredArguments.map((each) => [
    code(each.required ? `<${each.name()}>` : `[${each.name()}]`),
    sentence(each.description) + notes(each),
  ]);
  const optionRows = command.options
    .filter(({ hidden }) => !hidden)
    .map((each) => [code(each.flags), sentence(each.description) + notes(each)]);
  const rows = [...argumentRows, ...optionRows];
  return [`## ${name}`, command.description(), ...(rows.length === 0 ? [] : [table(['option', 'meaning'], rows)])].join(
    '\n\n',
  );
}

const COMPLETION = `Where \`csg\` is a command of its own (\`npm install -g\` of the package), a line in the file that the shell reads at its start
completes commands, options, their values and files:

| shell | line | file |
|---|---|---|
| bash | \`source <(csg completion bash)\` | \`~/.bashrc\` |
| zsh | \`source <(csg completion zsh)\`, behind \`compinit\` | \`~/.zshrc\` |
| fish | \`csg completion fish \\| source\` | \`~/.config/fish/config.fish\` |
| PowerShell | \`csg completion powershell \\| Out-String \\| Invoke-Expression\` | \`$PROFILE\` |`;

export function commandReference(): string {
  const program = createProgram({ env: {}, signal: new AbortController().signal, onEnd: () => {} });
  const commands = allCommands(program, program.name());
  const exitRows = Object.entries(EXIT).map(([name, exitCode]) => [
    code(String(exitCode)),
    EXIT_MEANINGS[name as keyof typeof EXIT], // Object.entries forgets the names.
  ]);
  return generatedPage({
    title: 'Command line',
    from: 'src/cli/program.ts',
    body: [
      '`npx csg` in the folder of the gateway. A command talks to the gateway that `--url` or `CSG_URL` names, else to the one that runs on this machine, else it opens the store itself, with the same [settings](settings.md) as the gateway. `CSG_API_KEY` is sent as its key.',
      commands.map(([name]) => `[${code(name)}](#${name.replaceAll(' ', '-')})`).join(' · '),
      ...commands.map(commandSection),
      COMPLETION,
      '## Exit codes',
      table(['code', 'meaning'], exitRows),
    ],
  });
}
