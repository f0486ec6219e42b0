import { spelling, usage } from '@strata/engine/startup/help-text.ts'
import { environmentTable, fileEndings, optionTable } from '@strata/engine/startup/option-table.ts'

const row = (left: string, right: string) => `| \`${left}\` | ${right} |`
const table = (head: string, rows: readonly string[]) => [`| ${head} | what it does |`, '| --- | --- |', ...rows]

/** docs/options.md, from the tables of `--help` and of the manual page. `npm run docs:options` writes it. */
export function optionsPage(): string {
  return [
    '# Options and environment',
    '',
    'Made from the same table as `strata --help` and the manual page: `npm run docs:options`.',
    '',
    '```',
    usage,
    '```',
    '',
    ...table(
      'option',
      optionTable.map((option) => row(spelling(option), option.sentence)),
    ),
    '',
    `FILE is what a new machine is made from: ${fileEndings.map((ending) => `\`${ending}\``).join(' ')}.`,
    '',
    'A second start brings the window of the first to the front and gives it what is asked. One that asks for a server of its own',
    '(`--no-window`, `--address-file`) is refused while another works on the same folders; the demo has folders of its own.',
    '',
    'What is mistyped ends with code 2 and says what was meant; a start that fails ends with code 1.',
    '',
    '## Environment',
    '',
    ...table(
      'variable',
      environmentTable.map(({ name, sentence }) => row(name, sentence)),
    ),
    '',
  ].join('\n')
}
