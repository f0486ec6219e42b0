import { filesSentence, spelling, usage } from '@strata/engine/startup/help-text.ts'
import { environmentTable, optionTable } from '@strata/engine/startup/option-table.ts'

import type { Identity } from './identity.ts'

/** Text as troff wants it: nothing of it is a command, and a dash is one that can be copied into a terminal. */
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1')

/** strata(1), from the same tables as --help. */
export function manualPage({ version, homepage, bugs }: Identity): string {
  return [
    `.TH STRATA 1 "" "Strata ${roff(version)}" "User Commands"`,
    '.SH NAME',
    'strata \\- virtual machines on libvirt and QEMU, in a window',
    '.SH SYNOPSIS',
    `.B strata`,
    roff(usage.replace('strata ', '')),
    '.SH DESCRIPTION',
    roff(
      'Strata makes, shows and looks through virtual machines. It talks to the libvirt daemons of this computer and of others.',
    ),
    '.PP',
    roff(filesSentence),
    '.PP',
    roff('A second start brings the window of the first to the front and gives it what is asked.'),
    '.SH OPTIONS',
    ...optionTable.flatMap((option) => ['.TP', `.B ${roff(spelling(option))}`, roff(option.sentence)]),
    '.SH ENVIRONMENT',
    ...environmentTable.flatMap(({ name, sentence }) => ['.TP', `.B ${roff(name)}`, roff(sentence)]),
    '.SH EXIT STATUS',
    roff('0 when all went well, 1 when Strata could not start, 2 when the command was mistyped.'),
    '.SH SEE ALSO',
    `.BR virsh (1),`,
    `.BR virt\\-manager (1)`,
    '.PP',
    `${roff(homepage)}, faults to ${roff(bugs)}`,
    '',
  ].join('\n')
}
